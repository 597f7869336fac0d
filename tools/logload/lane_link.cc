#include "codec/writer.h"
#include "logload/lane.h"
#include "transport/link_sender.h"

namespace logmill::logload {

namespace {

class LinkLane final : public Lane {
 public:
  LinkLane(const transport::Address& address, const transport::LinkSenderOptions& options, cli::Io& io)
      : sender_(address, options, io.clock, io.reporter), writer_(codec::make_writer(codec::Format::frames, codec::Compress::no)) {
    sender_.on_acknowledged = [this](const transport::LinkSender::Frame&) { ++acknowledged_; };
  }

  bool has_room() const override { return sender_.has_room(); }

  base::Status send(const record::Batch& batch) override {
    std::string bytes;
    LOGMILL_RETURN_IF_ERROR(writer_->append(batch, bytes));
    sender_.push({.bytes = std::move(bytes), .range = batch.range(), .records = batch.rows()});
    return {};
  }

  base::Result<std::uint64_t> work() override {
    LOGMILL_RETURN_IF_ERROR(sender_.work(0, -1));
    return acknowledged_;
  }

  base::Status finish() override {
    sender_.finish();
    return {};
  }
  bool done() const override { return sender_.done(); }

 private:
  transport::LinkSender sender_;
  std::unique_ptr<codec::Writer> writer_;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Lane>> open_link_lane(const Logload::Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto address, transport::parse_address(options.to));
  transport::LinkSenderOptions sender_options;
  sender_options.dial.tls = options.tls;
  sender_options.dial.stop_fd = io.stop.fd();
  sender_options.give_up_after_ns = options.drain_ns;
  return std::unique_ptr<Lane>(std::make_unique<LinkLane>(address, sender_options, io));
}

}  // namespace logmill::logload
