// What all requests share: the store that is written to, limits, counters.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "cli/counters.h"
#include "cli/io.h"
#include "logserve/access.h"
#include "logserve/ingester.h"
#include "logserve/live_feed.h"
#include "logserve/logserve.h"
#include "logserve/query_watch.h"
#include "maintain/background_maintenance.h"

namespace logmill::logserve {

// Safe from any thread.
class Service {
 public:
  // `options` and `io` must outlive the service.
  static base::Result<std::unique_ptr<Service>> open(const Logserve::Options& options, cli::Io& io);

  const Logserve::Options& options() const { return options_; }
  cli::Io& io() { return io_; }
  const Access& access() const { return access_; }
  maintain::BackgroundMaintenance& maintenance() { return maintenance_; }
  QueryWatch& watch() { return watch_; }
  LiveFeed& feed() { return feed_; }
  Ingester& ingester() { return *ingester_; }

  // The right to run a query, given back when it goes.
  class QuerySlot {
   public:
    QuerySlot() = default;
    explicit QuerySlot(Service& service) : service_(&service) {}
    QuerySlot(QuerySlot&& other) noexcept : service_(std::exchange(other.service_, nullptr)) {}
    QuerySlot& operator=(QuerySlot&& other) noexcept {
      std::swap(service_, other.service_);
      return *this;
    }
    ~QuerySlot() {
      if (service_ != nullptr) service_->give_back();
    }

   private:
    Service* service_ = nullptr;
  };
  // Waits a moment for one; `again` if none became free.
  base::Result<QuerySlot> take_query_slot();

  // Of records.
  cli::Counters counts() const;

  struct Counters {
    std::atomic<std::uint64_t> requests = 0, refused = 0, queries = 0, queries_partial = 0;
  };
  Counters counters;

 private:
  Service(const Logserve::Options& options, cli::Io& io, Access access);
  void give_back();

  const Logserve::Options& options_;
  cli::Io& io_;
  const Access access_;
  QueryWatch watch_;
  LiveFeed feed_;
  maintain::BackgroundMaintenance maintenance_;
  std::unique_ptr<Ingester> ingester_;
  std::mutex mutex_;
  std::condition_variable slot_free_;
  std::uint64_t queries_running_ = 0;
};

}  // namespace logmill::logserve
