// A query over the store, within the limits of a service, and what its caller may see.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "logserve/access.h"
#include "logserve/endpoint.h"
#include "logserve/query_watch.h"
#include "logserve/service.h"
#include "query/query.h"
#include "query/scan/hidden_rows.h"
#include "query/scan/index_pruner.h"
#include "query/scan/store_scan.h"
#include "store/store_view.h"

namespace logmill::logserve {

// Thread-compatible. Everything that one search prints is of one state of the store.
class StoreSearch {
 public:
  // `again` if too many others are at it. References must outlive the search.
  static base::Result<std::unique_ptr<StoreSearch>> open(const Call& call, const query::Query& bounds);
  // With a time of its own, instead of that of --max-query-time.
  static base::Result<std::unique_ptr<StoreSearch>> open(const Call& call, const query::Query& bounds, std::int64_t time_max_ns);

  // All that match `query`, whose times must lie within those of `bounds`, through its stages to `last`, which is finished.
  base::Status run(const query::Query& query, query::Stage& last);
  // The latest ones, in order of time; not finished.
  base::Status run_newest(const query::Query& query, std::uint64_t wanted, query::Stage& last);

  // Not all was looked at: the time was over, the client has left, or something is damaged.
  bool partial() const { return partial_ || view_.unreadable() > 0; }
  const query::ScanCounts& counts() const { return counts_; }

 private:
  StoreSearch(const Call& call, const query::Query& bounds, std::int64_t time_max_ns);
  base::Status look(const Grant& grant);
  void prepare(query::StoreScan& scan);
  void take(const query::StoreScan& scan);

  Service& service_;
  Service::QuerySlot slot_;
  QueryWatch::Watched watched_;
  query::Workspace workspace_;
  store::StoreView view_;
  std::vector<store::StoreView::News> segments_;
  query::HiddenRows hidden_;
  query::ScanCounts counts_;
  bool partial_ = false;
};

// What is not to be seen: what is deleted, and all that `filter` (of a token; or empty) does not match, as if it were deleted, whatever
// stages look at.
base::Result<query::HiddenRows> hidden_from(const std::string& filter, std::vector<store::Tombstone> tombstones, base::TimeNs now);

// The end of an answer: '}', and before it whether it is partial.
void append_end(std::string& json, const StoreSearch& search);

}  // namespace logmill::logserve
