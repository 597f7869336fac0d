// A batch is safe once it is in the spool; a second thread passes on what is there.
#include "logrecv/destination.h"
#include "logrecv/forwarder.h"
#include "spool/spool.h"

namespace logmill::logrecv {
namespace {

constexpr int kFullSpoolLookMs = 100;

class SpoolDestination final : public Destination {
 public:
  SpoolDestination(std::unique_ptr<spool::Spool> spool, std::unique_ptr<stream::Sink> output, const Logrecv::Options& options, cli::Io& io)
      : spool_(std::move(spool)), options_(options), io_(io), forwarder_(*spool_, std::move(output), options, io) {}

  base::Status append(record::Batch& batch) override {
    LOGMILL_RETURN_IF_ERROR(wait_for_room());
    auto appended = spool_->append(batch);
    return appended ? base::Status{} : std::move(appended).error();
  }
  base::Status commit() override {
    if (spool_->uncommitted_bytes() > 0) {
      LOGMILL_RETURN_IF_ERROR(spool_->commit());
      forwarder_.wake();
    }
    return forwarder_.status();
  }
  base::Status close() override {
    auto finished = forwarder_.finish();
    LOGMILL_RETURN_IF_ERROR(spool_->close());
    return finished;
  }
  void count(cli::Counters& counters) override { forwarder_.count(counters); }
  bool commits() const override { return true; }
  std::optional<store::Frontier> frontier(const record::StreamId& stream) const override { return spool_->frontier(stream); }
  std::vector<store::Frontier> frontiers() const override { return spool_->frontiers(); }
  std::string caveat() const override {
    if (!options_.resume.empty() || options_.output.to.starts_with("ring:")) return {};
    return options_.spool.dir + ": what the reader of the output took is forgotten, stored or not: use --resume for that";
  }
  bool has_room() override { return spool_->wait_for_room(0); }

 private:
  // A stop ends the wait: lines that were read from a connection are nowhere else.
  base::Status wait_for_room() {
    if (has_room()) return {};
    LOGMILL_RETURN_IF_ERROR(commit());
    if (spool_->wait_for_room(kFullSpoolLookMs)) return {};
    io_.reporter.warn("spool_full", options_.spool.dir + ": full; waiting, nothing is acknowledged (--spool-size)");
    while (!spool_->wait_for_room(kFullSpoolLookMs) && !io_.stop.requested()) LOGMILL_RETURN_IF_ERROR(forwarder_.status());
    return {};
  }

  std::unique_ptr<spool::Spool> spool_;
  const Logrecv::Options& options_;
  cli::Io& io_;
  Forwarder forwarder_;
};

}  // namespace

base::Result<std::unique_ptr<Destination>> open_spool_destination(const Logrecv::Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(auto spool, spool::Spool::open(io.files, options.spool.dir, {.bytes_max = options.spool.bytes}, io.reporter));
  LOGMILL_ASSIGN_OR_RETURN(auto output, open_output(options, io));
  return std::unique_ptr<Destination>(std::make_unique<SpoolDestination>(std::move(spool), std::move(output), options, io));
}

}  // namespace logmill::logrecv
