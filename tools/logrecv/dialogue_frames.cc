// Frames without a link around them, as from `cat spool.frames | nc host 5140`. Nothing is
// acknowledged.
#include <cstring>

#include "codec/reader.h"
#include "logrecv/session.h"

namespace logmill::logrecv {
namespace {

class FramesDialogue final : public Dialogue {
 public:
  explicit FramesDialogue(const DialogueContext& context)
      : intake_(context.intake), reader_(codec::make_reader({.format = codec::Format::frames}, context.io.reporter)) {}

  base::Status take(std::string_view bytes, std::string&) override {
    while (!bytes.empty()) {
      LOGMILL_RETURN_IF_ERROR(decode(codec::InputEnd::no));
      const std::span<char> room = reader_->room(batch_);
      const std::size_t size = std::min(room.size(), bytes.size());
      std::memcpy(room.data(), bytes.data(), size);
      reader_->added(batch_, size);
      bytes.remove_prefix(size);
    }
    return decode(codec::InputEnd::no);
  }
  base::Status finish(std::string&) override { return decode(codec::InputEnd::yes); }
  void committed(std::string&) override {}

 private:
  base::Status decode(codec::InputEnd input_end) {
    while (reader_->decode(batch_, input_end) == codec::Decoded::batch_ready) {
      reader_->end(batch_);
      LOGMILL_ASSIGN_OR_RETURN(const auto taken, intake_.take(batch_));
      if (taken == Intake::Taken::gap)
        return base::Error{base::ErrorCode::again, "records are missing before position " + std::to_string(batch_.range().from)};
      batch_.clear();
      reader_->begin(batch_);
    }
    return {};
  }

  Intake& intake_;
  std::unique_ptr<codec::Reader> reader_;
  record::Batch batch_;
};

}  // namespace

std::unique_ptr<Dialogue> make_frames_dialogue(const DialogueContext& context) { return std::make_unique<FramesDialogue>(context); }

}  // namespace logmill::logrecv
