#include "logserve/store_search.h"

#include <algorithm>
#include <thread>

namespace logmill::logserve {
namespace {

// Behind the id of every segment.
constexpr std::string_view kBehindAll = "~";

// Others want to run, too.
unsigned threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 4U); }

}  // namespace

StoreSearch::StoreSearch(const Call& call, const query::Query& bounds, std::int64_t time_max_ns)
    : service_(call.service),
      watched_(service_.watch(), call.response, time_max_ns),
      workspace_(service_.options().query_memory_max, service_.options().temporary_directory),
      view_(service_.io().files, service_.options().store.dir, bounds.filter().bounds().min, bounds.filter().bounds().max,
            service_.io().reporter) {}

base::Result<std::unique_ptr<StoreSearch>> StoreSearch::open(const Call& call, const query::Query& bounds) {
  return open(call, bounds, call.service.options().query_time_max_ns);
}

base::Result<std::unique_ptr<StoreSearch>> StoreSearch::open(const Call& call, const query::Query& bounds, std::int64_t time_max_ns) {
  std::unique_ptr<StoreSearch> search(new StoreSearch(call, bounds, time_max_ns));
  LOGMILL_ASSIGN_OR_RETURN(search->slot_, call.service.take_query_slot());
  LOGMILL_RETURN_IF_ERROR(search->look(call.grant));
  return search;
}

base::Status StoreSearch::look(const Grant& grant) {
  LOGMILL_RETURN_IF_ERROR(view_.refresh());
  LOGMILL_ASSIGN_OR_RETURN(hidden_, hidden_from(grant.filter, view_.tombstones(), service_.io().clock.now()));
  segments_ = view_.take_news();
  return {};
}

base::Status StoreSearch::run(const query::Query& query, query::Stage& last) {
  query::IndexPruner pruner(service_.io().files, service_.io().reporter, query.filter().expr());
  query::StoreScan scan(query, service_.io().reporter, watched_.stop(), &pruner);
  prepare(scan);
  query::Pipeline pipeline(query, last, workspace_);
  LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
  take(scan);
  return pipeline.finish();
}

base::Status StoreSearch::run_newest(const query::Query& query, std::uint64_t wanted, query::Stage& last) {
  query::IndexPruner pruner(service_.io().files, service_.io().reporter, query.filter().expr());
  query::StoreScan scan(query, service_.io().reporter, watched_.stop(), &pruner);
  prepare(scan);
  LOGMILL_RETURN_IF_ERROR(scan.run_newest(wanted, last));
  take(scan);
  return {};
}

void StoreSearch::prepare(query::StoreScan& scan) {
  scan.use_threads(threads());
  scan.use_workspace(workspace_);
  scan.hide(hidden_);
  for (const store::StoreView::News& news : segments_) scan.add(*news.segment, news.rows);
}

void StoreSearch::take(const query::StoreScan& scan) {
  counts_ += scan.counts();
  partial_ |= watched_.stop().requested() || scan.counts().blocks_damaged > 0;
}

base::Result<query::HiddenRows> hidden_from(const std::string& filter, std::vector<store::Tombstone> tombstones, base::TimeNs now) {
  if (!filter.empty()) {
    store::Tombstone others;
    others.id = kBehindAll;
    others.created = now;
    others.filter = "NOT (" + filter + ")";
    tombstones.push_back(std::move(others));
  }
  return query::HiddenRows::make(tombstones);
}

void append_end(std::string& json, const StoreSearch& search) { json += search.partial() ? ",\"partial\":true}" : "}"; }

}  // namespace logmill::logserve
