// A query over the store, within the limits of a service, and what its caller may see.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "logserve/service/access.h"
#include "logserve/api/endpoint.h"
#include "logserve/service/hidden_from.h"
#include "logserve/service/query_watch.h"
#include "logserve/service/service.h"
#include "query/query.h"
#include "query/scan/hidden_rows.h"
#include "query/scan/index_pruner.h"
#include "query/scan/store_scan.h"
#include "store/store_view.h"

namespace logmill::logserve {

inline constexpr std::int64_t kNoTimeLimit = std::numeric_limits<std::int64_t>::max() / 4;

// For whom a search is.
struct Asker {
  Service& service;
  const Grant& grant;
  std::function<bool()> gone;  // from any thread: whether nobody waits for it any more
  std::int64_t time_max_ns;
};
Asker asker_of(const Call& call, std::int64_t time_max_ns);

// Thread-compatible. Everything that one search prints is of one state of each store.
class StoreSearch {
 public:
  // `again` if too many others are at it. References must outlive the search.
  static base::Result<std::unique_ptr<StoreSearch>> open(const Call& call, const query::Query& bounds);
  static base::Result<std::unique_ptr<StoreSearch>> open(const Asker& asker, const query::Query& bounds);
  ~StoreSearch();

  // All that match `query`, whose times must lie within those of `bounds`, through its stages to `last`, which is finished.
  base::Status run(const query::Query& query, query::Stage& last);
  // The latest ones, in order of time; not finished.
  base::Status run_newest(const query::Query& query, std::uint64_t wanted, query::Stage& last);

  // Not all was looked at: the time was over, the client has left, or something is damaged.
  bool partial() const;
  // The same, but for damage.
  bool cut_short() const { return watched_.stop().requested(); }
  // Of the runs from now on: records have the field log_id.
  void show_log_ids() { shows_log_ids_ = true; }
  // Of the runs from now on. It must outlive the search.
  void show_progress(query::ScanProgress& progress) { progress_ = &progress; }
  const query::ScanCounts& counts() const { return counts_; }

 private:
  StoreSearch(const Asker& asker, const query::Query& bounds);
  base::Status look(const Grant& grant);
  void prepare(query::StoreScan& scan);
  void take(const query::StoreScan& scan);

  Service& service_;
  Service::QuerySlot slot_;
  QueryWatch::Watched watched_;
  query::Workspace workspace_;
  // One store, as it is now.
  struct Part {
    store::StoreView view;
    std::vector<store::StoreView::News> segments;
    query::HiddenRows hidden;
  };
  std::deque<Part> parts_;
  query::ScanProgress* progress_ = nullptr;
  bool shows_log_ids_ = false;
  query::ScanCounts counts_;
  bool partial_ = false;
};

// The end of an answer: '}', and before it whether it is partial.
void append_end(std::string& json, const StoreSearch& search);

}  // namespace logmill::logserve
