#include "logserve/service/service.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "sys/user_id.h"

namespace logmill::logserve {
namespace {

constexpr std::chrono::seconds kSlotPatience(5);
constexpr unsigned kThreadsMax = 4;  // of one query
// That stay open between searches: a descriptor and the footer of each, some 100 KB.
constexpr std::size_t kSegmentsMax = 256;
// What is deleted is to leave the disk soon, also when nobody searches.
constexpr std::int64_t kSegmentIdleNs = 5 * base::kNsPerSecond;

// Joins what comes in small, and removes what is to be deleted; how long records are kept is for logstore to say.
maintain::MaintenancePolicy upkeep() {
  maintain::MaintenancePolicy policy;
  policy.user = sys::user_id();
  return policy;
}

}  // namespace

ServedStore::ServedStore(std::string directory, cli::Io& io)
    : dir(std::move(directory)),
      segments(io.files, io.reporter, kSegmentsMax),
      maintenance_(io.files, dir, upkeep(), io.clock, io.reporter) {}

void ServedStore::maintain() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(maintained_, true)) maintenance_.start();
}

void ServedStore::carry_out_deletions() {
  maintain();
  maintenance_.hurry();
}

Service::Service(const Options& options, cli::Io& io, Access access)
    : options_(options), io_(io), access_(std::move(access)), watch_(io.stop), feed_(options.stores, io) {
  for (const std::string& store : options.stores) stores_.emplace_back(store, io);
}

base::Result<std::unique_ptr<Service>> Service::open(const Options& options, cli::Io& io) {
  Access access = Access::open_to_all();
  if (!options.token_file.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(access, Access::read(options.token_file));
  }
  std::unique_ptr<Service> service(new Service(options, io, std::move(access)));
  LOGMILL_ASSIGN_OR_RETURN(service->ingester_, Ingester::open(options, io));
  service->stores_.front().maintain();
  return service;
}

cli::Counters Service::counts() const {
  const store::WriterCounters stored = ingester_->counters();
  cli::Counters counts;
  counts.records_in = stored.records_in;
  counts.records_out = stored.records_committed;
  counts.bytes_in = stored.raw_bytes;
  counts.bytes_out = stored.bytes_written;
  for (const auto& [of, records] : ingester_->drops()) {
    counts.records_in += records;
    counts.drop("overload", records);
  }
  if (stored.records_repeated > 0) counts.drop("repeated", stored.records_repeated);
  return counts;
}

base::Result<Service::QuerySlot> Service::take_query_slot() {
  std::unique_lock lock(mutex_);
  const auto place = slot_waiters_.emplace(slot_waiters_.end());
  const bool ours =
      place->wait_for(lock, kSlotPatience, [&] { return place == slot_waiters_.begin() && queries_running_ < options_.queries_max; });
  slot_waiters_.erase(place);
  if (ours) ++queries_running_;
  call_next();
  if (!ours) return base::Error{base::ErrorCode::again, std::to_string(options_.queries_max) + " queries are running"};
  ++counters.queries;
  return QuerySlot(*this);
}

unsigned Service::threads_of_query() const {
  const std::lock_guard lock(mutex_);
  const auto running = static_cast<unsigned>(std::max<std::uint64_t>(queries_running_, 1));
  return std::clamp(std::thread::hardware_concurrency() / running, 1U, kThreadsMax);
}

void Service::tick() {
  for (ServedStore& store : stores_) store.segments.close_idle(base::system_clock().steady_ns(), kSegmentIdleNs);
}

void Service::give_back() {
  const std::lock_guard lock(mutex_);
  --queries_running_;
  call_next();
}

// Under the lock.
void Service::call_next() {
  if (!slot_waiters_.empty() && queries_running_ < options_.queries_max) slot_waiters_.front().notify_one();
}

}  // namespace logmill::logserve
