// A ring as a source of records: each message holds frames.
#include "stream/endpoints.h"
#include "stream/frame_unpacker.h"
#include "transport/ring_reader.h"

namespace logmill::stream {
namespace {

class RingSource final : public Source {
 public:
  RingSource(transport::RingName name, sys::Stop& stop, base::Reporter& reporter)
      : address_(name.address()), ring_(std::move(name), stop, reporter), reporter_(reporter) {}

  base::Result<Pull> next(record::Batch& batch) override {
    while (!unpacker_.next(batch)) {
      if (!unpacker_.damage().empty()) reporter_.warn("bad_frame", address_ + ": " + std::string(unpacker_.damage()));
      std::string_view message;
      LOGMILL_ASSIGN_OR_RETURN(const auto outcome, ring_.next(message));
      if (outcome == transport::RingReader::Outcome::end) return Pull::end;
      if (outcome == transport::RingReader::Outcome::stopped) return Pull::stopped;
      bytes_in_ += message.size();
      unpacker_.give(message);
    }
    return Pull::batch;
  }
  bool ready() override { return ring_.ready(); }
  std::uint64_t bytes_in() const override { return bytes_in_; }
  codec::Format format() const override { return codec::Format::frames; }

 private:
  const std::string address_;
  transport::RingReader ring_;
  base::Reporter& reporter_;
  FrameUnpacker unpacker_;
  std::uint64_t bytes_in_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Source>> open_ring_source(std::string_view address, int, const SourceOptions&, sys::Stop& stop,
                                                       base::Reporter& reporter) {
  LOGMILL_ASSIGN_OR_RETURN(auto name, transport::parse_ring_address(address));
  return std::unique_ptr<Source>(std::make_unique<RingSource>(std::move(name), stop, reporter));
}

}  // namespace logmill::stream
