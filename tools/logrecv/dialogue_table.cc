#include "codec/format.h"
#include "logrecv/session.h"
#include "record/frame_header.h"
#include "transport/link_message.h"

namespace logmill::logrecv {
namespace {

// By magic; what has none is lines.
struct DialogueSpec {
  std::string_view magic;
  std::unique_ptr<Dialogue> (*make)(const DialogueContext& context);
};

constexpr DialogueSpec kDialogues[] = {
    {transport::kLinkMagic, make_link_dialogue},
    {record::kFrameMagic, make_frames_dialogue},
};

}  // namespace

std::unique_ptr<Dialogue> detect_dialogue(std::string_view first_bytes, bool no_more, const DialogueContext& context) {
  for (const DialogueSpec& spec : kDialogues) {
    if (first_bytes.starts_with(spec.magic)) return spec.make(context);
    if (!no_more && spec.magic.starts_with(first_bytes)) return nullptr;
  }
  return make_lines_dialogue(context);
}

}  // namespace logmill::logrecv
