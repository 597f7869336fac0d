#include "logrecv/destination.h"
#include "record/stamp_times.h"
#include "store/writer.h"

namespace logmill::logrecv {
namespace {

class StoreDestination final : public Destination {
 public:
  StoreDestination(std::unique_ptr<store::StoreWriter> store, cli::Io& io) : store_(std::move(store)), io_(io) {}

  base::Status append(record::Batch& batch) override {
    record::stamp_missing_times(batch, io_.clock.now());
    return store_->append(batch);
  }
  base::Status commit() override {
    LOGMILL_RETURN_IF_ERROR(store_->commit());
    return store_->tick();
  }
  base::Status close() override { return store_->close(); }
  void count(cli::Counters& counters) override {
    counters.records_out = store_->counters().records_committed;
    counters.bytes_out = store_->counters().bytes_written;
  }
  bool commits() const override { return true; }
  std::optional<store::Frontier> frontier(const record::StreamId& stream) const override { return store_->frontier(stream); }
  std::vector<store::Frontier> frontiers() const override { return store_->frontiers(); }

 private:
  std::unique_ptr<store::StoreWriter> store_;
  cli::Io& io_;
};

}  // namespace

base::Result<std::unique_ptr<Destination>> open_store_destination(const Logrecv::Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(auto store, store::StoreWriter::open(io.files, options.store.dir, {}, io.clock, io.reporter));
  return std::unique_ptr<Destination>(std::make_unique<StoreDestination>(std::move(store), io));
}

}  // namespace logmill::logrecv
