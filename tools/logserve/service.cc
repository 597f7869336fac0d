#include "logserve/service.h"

#include <chrono>

#include "sys/user_id.h"

namespace logmill::logserve {
namespace {

constexpr std::chrono::seconds kSlotPatience(5);

// Joins what comes in small, and removes what is to be deleted; how long records are kept is for logstore to say.
maintain::MaintenancePolicy upkeep() {
  maintain::MaintenancePolicy policy;
  policy.user = sys::user_id();
  return policy;
}

}  // namespace

Service::Service(const Logserve::Options& options, cli::Io& io, Access access)
    : options_(options),
      io_(io),
      access_(std::move(access)),
      watch_(io.stop),
      feed_(options.store.dir, io),
      maintenance_(io.files, options.store.dir, upkeep(), io.clock, io.reporter) {}

base::Result<std::unique_ptr<Service>> Service::open(const Logserve::Options& options, cli::Io& io) {
  Access access = Access::open_to_all();
  if (!options.token_file.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(access, Access::read(options.token_file));
  }
  std::unique_ptr<Service> service(new Service(options, io, std::move(access)));
  LOGMILL_ASSIGN_OR_RETURN(service->ingester_, Ingester::open(options, io));
  service->maintenance_.start();
  return service;
}

cli::Counters Service::counts() const {
  const store::WriterCounters stored = ingester_->counters();
  cli::Counters counts;
  counts.records_in = stored.records_in;
  counts.records_out = stored.records_committed;
  counts.bytes_in = stored.raw_bytes;
  counts.bytes_out = stored.bytes_written;
  if (stored.records_repeated > 0) counts.drop("repeated", stored.records_repeated);
  return counts;
}

base::Result<Service::QuerySlot> Service::take_query_slot() {
  std::unique_lock lock(mutex_);
  if (!slot_free_.wait_for(lock, kSlotPatience, [&] { return queries_running_ < options_.queries_max; }))
    return base::Error{base::ErrorCode::again, std::to_string(options_.queries_max) + " queries are running"};
  ++queries_running_;
  ++counters.queries;
  return QuerySlot(*this);
}

void Service::give_back() {
  {
    const std::lock_guard lock(mutex_);
    --queries_running_;
  }
  slot_free_.notify_one();
}

}  // namespace logmill::logserve
