#include "stream/frame_unpacker.h"

namespace logmill::stream {

// The reader reports what it skips; here that is the sender's to know.
class FrameUnpacker::Damage : public base::Reporter {
 public:
  explicit Damage(std::string& text) : text_(text) {}
  void warn(std::string_view, std::string_view text) override {
    if (text_.empty()) text_ = text;
  }
  void info(std::string_view) override {}

 private:
  std::string& text_;
};

FrameUnpacker::FrameUnpacker() : reporter_(std::make_unique<Damage>(damage_)), reader_(codec::make_message_reader(*reporter_)) {}
FrameUnpacker::~FrameUnpacker() = default;

void FrameUnpacker::give(std::string_view message) {
  reader_->give(message);
  damage_.clear();
}

bool FrameUnpacker::next(record::Batch& batch) {
  batch.clear();
  return reader_->decode(batch, codec::InputEnd::yes) == codec::Decoded::batch_ready;
}

}  // namespace logmill::stream
