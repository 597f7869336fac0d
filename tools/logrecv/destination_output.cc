#include "logrecv/destination.h"
#include "logrecv/forwarder.h"

namespace logmill::logrecv {
namespace {

class OutputDestination final : public Destination {
 public:
  explicit OutputDestination(std::unique_ptr<stream::Sink> sink) : sink_(std::move(sink)) {}

  base::Status append(record::Batch& batch) override {
    LOGMILL_RETURN_IF_ERROR(sink_->write(batch));
    records_ += batch.rows();
    return {};
  }
  base::Status commit() override { return sink_->flush(); }
  base::Status close() override { return sink_->close(); }
  void count(cli::Counters& counters) override {
    counters.records_out = records_;
    counters.bytes_out = sink_->bytes_out();
  }
  bool commits() const override { return false; }
  std::string caveat() const override {
    return "vouching for what the reader of the output took, not for what is stored: use -d or --spool for that";
  }

 private:
  std::unique_ptr<stream::Sink> sink_;
  std::uint64_t records_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Destination>> open_output_destination(const Logrecv::Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(auto sink, open_output(options, io));
  return std::unique_ptr<Destination>(std::make_unique<OutputDestination>(std::move(sink)));
}

}  // namespace logmill::logrecv
