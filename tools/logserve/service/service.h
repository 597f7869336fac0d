// What all requests share: the store that is written to, limits, counters.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "cli/counters.h"
#include "cli/io.h"
#include "logserve/service/access.h"
#include "logserve/service/live_feed.h"
#include "logserve/service/ingester.h"
#include "logserve/service/options.h"
#include "logserve/service/query_watch.h"
#include "maintain/background_maintenance.h"
#include "store/open_segments.h"

namespace logmill::logserve {

class ExportJobs;

// One of the stores that are searched.
struct ServedStore {
  ServedStore(std::string directory, cli::Io& io);
  // Looks after it from now on. Others than the first have writers of their own, that do.
  void maintain();
  // A request to delete was made: what it hides is removed from the files, whoever else looks after it.
  void carry_out_deletions();

  const std::string dir;
  store::OpenSegments segments;

 private:
  std::mutex mutex_;
  bool maintained_ = false;
  maintain::BackgroundMaintenance maintenance_;
};

// Safe from any thread.
class Service {
 public:
  // `options` and `io` must outlive the service.
  static base::Result<std::unique_ptr<Service>> open(const Options& options, cli::Io& io);

  const Options& options() const { return options_; }
  cli::Io& io() { return io_; }
  const Access& access() const { return access_; }
  // All that are searched; the first is written to.
  std::deque<ServedStore>& stores() { return stores_; }
  QueryWatch& watch() { return watch_; }
  LiveFeed& feed() { return feed_; }
  Ingester& ingester() { return *ingester_; }
  // Once, before requests come; they must outlive whatever answers those.
  void set_exports(ExportJobs& exports) { exports_ = &exports; }
  ExportJobs& exports() { return *exports_; }

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
  // Waits a moment for one, behind those who wait already; `again` if none became free.
  base::Result<QuerySlot> take_query_slot();
  // How many threads a query is to have: all that are left by the others, which want to run, too.
  unsigned threads_of_query() const;

  // Now and then.
  void tick();

  // Of records.
  cli::Counters counts() const;

  struct Counters {
    std::atomic<std::uint64_t> requests = 0, refused = 0, queries = 0, queries_partial = 0;
  };
  Counters counters;

 private:
  Service(const Options& options, cli::Io& io, Access access);
  void give_back();
  void call_next();

  const Options& options_;
  cli::Io& io_;
  const Access access_;
  QueryWatch watch_;
  LiveFeed feed_;
  std::deque<ServedStore> stores_;
  std::unique_ptr<Ingester> ingester_;
  mutable std::mutex mutex_;
  std::list<std::condition_variable> slot_waiters_;  // in the order in which they came
  std::uint64_t queries_running_ = 0;
  ExportJobs* exports_ = nullptr;
};

}  // namespace logmill::logserve
