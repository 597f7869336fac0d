// Lanes without acknowledgements: what was handed over counts as done.
#include "codec/writer.h"
#include "logload/lane.h"
#include "record/json_object.h"
#include "stream/sink.h"
#include "transport/transport.h"

namespace logmill::logload {

namespace {

class StreamLane final : public Lane {
 public:
  explicit StreamLane(std::unique_ptr<stream::Sink> sink) : sink_(std::move(sink)) {}
  bool has_room() const override { return true; }
  base::Status send(const record::Batch& batch) override {
    LOGMILL_RETURN_IF_ERROR(sink_->write(batch));
    LOGMILL_RETURN_IF_ERROR(sink_->flush());
    ++sent_;
    return {};
  }
  base::Result<std::uint64_t> work() override { return sent_; }
  base::Status finish() override { return sink_->close(); }
  bool done() const override { return true; }

 private:
  std::unique_ptr<stream::Sink> sink_;
  std::uint64_t sent_ = 0;
};

// One record a datagram, as JSON.
class DatagramLane final : public Lane {
 public:
  explicit DatagramLane(std::unique_ptr<transport::Connection> connection) : connection_(std::move(connection)) {}
  bool has_room() const override { return true; }
  base::Status send(const record::Batch& batch) override {
    const record::JsonObjectWriter writer(batch);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      line_.clear();
      writer.append(row, line_);
      line_.push_back('\n');
      LOGMILL_RETURN_IF_ERROR(send_datagram());
    }
    ++sent_;
    return {};
  }
  base::Result<std::uint64_t> work() override { return sent_; }
  base::Status finish() override { return {}; }
  bool done() const override { return true; }

 private:
  base::Status send_datagram() {
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const transport::IoProgress progress, connection_->write(line_));
      if (progress.bytes > 0) return {};
      LOGMILL_ASSIGN_OR_RETURN([[maybe_unused]] const auto ready, sys::wait_writable(connection_->fd(), -1, -1));
    }
  }

  std::unique_ptr<transport::Connection> connection_;
  std::string line_;
  std::uint64_t sent_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Lane>> open_stream_lane(const Logload::Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(auto sink, stream::open_sink(options.to, io.out, {.format = codec::Format::frames}, io.stop, io.reporter));
  return std::unique_ptr<Lane>(std::make_unique<StreamLane>(std::move(sink)));
}

base::Result<std::unique_ptr<Lane>> open_datagram_lane(const Logload::Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto address, transport::parse_address(options.to));
  LOGMILL_ASSIGN_OR_RETURN(auto connection, transport::dial(address, {.stop_fd = io.stop.fd()}));
  return std::unique_ptr<Lane>(std::make_unique<DatagramLane>(std::move(connection)));
}

}  // namespace logmill::logload
