// Syslog, NDJSON and plain lines: whatever ends with LF or is counted. Nothing is acknowledged.
#include "logrecv/line_batch.h"
#include "logrecv/session.h"
#include "transport/line_framing.h"

namespace logmill::logrecv {
namespace {

class LinesDialogue final : public Dialogue {
 public:
  explicit LinesDialogue(const DialogueContext& context)
      : io_(context.io), peer_(context.peer), framing_(context.options.line_bytes_max), lines_(context.intake) {}

  base::Status take(std::string_view bytes, std::string&) override {
    framing_.append(bytes);
    return take_lines();
  }
  base::Status finish(std::string&) override {
    framing_.finish();
    return take_lines();
  }
  void committed(std::string&) override {}

 private:
  base::Status take_lines() {
    while (const auto line = framing_.next()) LOGMILL_RETURN_IF_ERROR(lines_.add(line->bytes, line->cut, peer_));
    if (framing_.framing_errors() > errors_reported_) {
      errors_reported_ = framing_.framing_errors();
      io_.reporter.warn("framing", peer_ + ": syslog counts are out of step; reading lines from here on");
    }
    return lines_.hand_over();
  }

  cli::Io& io_;
  std::string peer_;
  transport::LineFraming framing_;
  LineBatch lines_;
  std::uint64_t errors_reported_ = 0;
};

}  // namespace

std::unique_ptr<Dialogue> make_lines_dialogue(const DialogueContext& context) { return std::make_unique<LinesDialogue>(context); }

}  // namespace logmill::logrecv
