#include "stream/frame_unpacker.h"

#include <algorithm>
#include <cstring>

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

FrameUnpacker::FrameUnpacker()
    : reporter_(std::make_unique<Damage>(damage_)), reader_(codec::make_reader({.format = codec::Format::frames}, *reporter_)) {}
FrameUnpacker::~FrameUnpacker() = default;

void FrameUnpacker::give(std::string_view message) {
  rest_ = message;
  damage_.clear();
}

bool FrameUnpacker::next(record::Batch& batch) {
  batch.clear();
  reader_->begin(batch);
  while (true) {
    const auto input_end = rest_.empty() ? codec::InputEnd::yes : codec::InputEnd::no;
    const bool ready = reader_->decode(batch, input_end) == codec::Decoded::batch_ready;
    if (ready || rest_.empty()) {
      reader_->end(batch);
      return ready;
    }
    const std::span<char> room = reader_->room(batch);
    const std::size_t size = std::min(room.size(), rest_.size());
    std::memcpy(room.data(), rest_.data(), size);
    reader_->added(batch, size);
    rest_.remove_prefix(size);
  }
}

}  // namespace logmill::stream
