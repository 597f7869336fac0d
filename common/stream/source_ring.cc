// A ring as a source of records: each message holds frames.
#include <cstdint>
#include <deque>
#include <mutex>

#include "stream/endpoints.h"
#include "stream/frame_unpacker.h"
#include "transport/ring_reader.h"

namespace logmill::stream {
namespace {

class RingSource final : public Source {
 public:
  RingSource(transport::RingName name, bool keep, sys::Stop& stop, base::Reporter& reporter)
      : address_(name.address()),
        ring_(std::move(name), keep ? DoneWith::released : DoneWith::next_asked, stop, reporter),
        keep_(keep),
        reporter_(reporter) {}

  base::Result<Pull> next(record::Batch& batch) override {
    while (!unpacker_.next(batch)) {
      if (keep_) message_given();
      if (!unpacker_.damage().empty()) reporter_.warn("bad_frame", address_ + ": " + std::string(unpacker_.damage()));
      std::string_view message;
      LOGMILL_ASSIGN_OR_RETURN(const auto outcome, ring_.next(message));
      if (outcome == transport::RingReader::Outcome::end) return Pull::end;
      if (outcome == transport::RingReader::Outcome::stopped) return Pull::stopped;
      bytes_in_ += message.size();
      unpacker_.give(message);
    }
    if (keep_) batch_given();
    return Pull::batch;
  }
  // A message may hold several batches: it is released with the last of them.
  void release(std::size_t batches) override {
    const std::lock_guard lock(mutex_);
    for (; batches > 0; --batches) {
      released_ = kept_.front();
      kept_.pop_front();
    }
    ring_.release(released_);
  }
  bool crowded() override {
    const std::lock_guard lock(mutex_);
    return !kept_.empty() && ring_.crowded(kept_.back());
  }
  bool ready() override { return ring_.ready(); }
  std::uint64_t bytes_in() const override { return bytes_in_; }
  codec::Format format() const override { return codec::Format::frames; }

 private:
  using DoneWith = transport::RingReader::DoneWith;

  // Nothing before the end of its message may be released with the batch, but the messages before.
  void batch_given() {
    const std::lock_guard lock(mutex_);
    kept_.push_back(message_from_);
  }
  void message_given() {
    const std::lock_guard lock(mutex_);
    message_from_ = ring_.position();
    if (!kept_.empty())
      kept_.back() = message_from_;
    else if (message_from_ > 0)
      ring_.release(message_from_);
  }

  const std::string address_;
  transport::RingReader ring_;
  const bool keep_;
  std::mutex mutex_;
  std::deque<std::uint64_t> kept_;  // of each batch given and not released: up to where it releases the ring
  std::uint64_t released_ = 0;
  std::uint64_t message_from_ = 0;  // before the message that batches are taken from
  base::Reporter& reporter_;
  FrameUnpacker unpacker_;
  std::uint64_t bytes_in_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Source>> open_ring_source(std::string_view address, int, const SourceOptions& options, sys::Stop& stop,
                                                       base::Reporter& reporter) {
  LOGMILL_ASSIGN_OR_RETURN(auto name, transport::parse_ring_address(address));
  return std::unique_ptr<Source>(std::make_unique<RingSource>(std::move(name), options.keep, stop, reporter));
}

}  // namespace logmill::stream
