// A ring as the end of records: frames, whatever the format wanted.
#include "codec/frame_writer.h"
#include "stream/endpoints.h"
#include "transport/ring_writer.h"

namespace logmill::stream {
namespace {

class RingSink final : public Sink {
 public:
  RingSink(std::unique_ptr<transport::RingWriter> ring, bool compress)
      : ring_(std::move(ring)), writer_(compress ? codec::Compress::yes : codec::Compress::no, codec::Checksums::no) {}

  base::Status write(const record::Batch& batch) override {
    // Made in the ring; where it does not fit at once, beside it.
    LOGMILL_ASSIGN_OR_RETURN(const std::span<char> room, ring_->free_bytes());
    message_.start_in(room);
    LOGMILL_RETURN_IF_ERROR(writer_.append(batch, message_));
    if (message_.in(room))
      ring_->write_made(message_.size());
    else
      LOGMILL_RETURN_IF_ERROR(ring_->write(message_.view()));
    bytes_out_ += message_.size();
    return {};
  }
  // Readers see each message as soon as it is written.
  base::Status flush() override { return {}; }
  base::Status close() override { return ring_->close(); }
  std::uint64_t bytes_out() const override { return bytes_out_; }

 private:
  std::unique_ptr<transport::RingWriter> ring_;
  codec::FrameWriter writer_;
  base::OutBuffer message_;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Sink>> open_ring_sink(std::string_view address, int, const SinkOptions& options, sys::Stop& stop,
                                                   base::Reporter&) {
  LOGMILL_ASSIGN_OR_RETURN(const auto name, transport::parse_ring_address(address));
  LOGMILL_ASSIGN_OR_RETURN(auto ring, transport::RingWriter::open(name, stop));
  return std::unique_ptr<Sink>(std::make_unique<RingSink>(std::move(ring), options.compress));
}

}  // namespace logmill::stream
