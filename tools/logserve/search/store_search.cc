#include "logserve/search/store_search.h"

#include <algorithm>

namespace logmill::logserve {

Asker asker_of(const Call& call, std::int64_t time_max_ns) {
  return {call.service, call.grant, [&client = call.response] { return client.client_gone(); }, time_max_ns};
}

StoreSearch::StoreSearch(const Asker& asker, const query::Query& bounds)
    : service_(asker.service),
      watched_(service_.watch(), asker.gone, asker.time_max_ns),
      workspace_(service_.options().query_memory_max, service_.options().temporary_directory) {
  const query::TimeBounds& times = bounds.filter().bounds();
  for (ServedStore& store : service_.stores())
    parts_.push_back({{service_.io().files, store.dir, times.min, times.max, service_.io().reporter, store.segments}, {}, {}});
}

StoreSearch::~StoreSearch() {
  if (partial()) ++service_.counters.queries_partial;
}

base::Result<std::unique_ptr<StoreSearch>> StoreSearch::open(const Call& call, const query::Query& bounds) {
  return open(asker_of(call, call.service.options().query_time_max_ns), bounds);
}

base::Result<std::unique_ptr<StoreSearch>> StoreSearch::open(const Asker& asker, const query::Query& bounds) {
  std::unique_ptr<StoreSearch> search(new StoreSearch(asker, bounds));
  LOGMILL_ASSIGN_OR_RETURN(search->slot_, asker.service.take_query_slot());
  LOGMILL_RETURN_IF_ERROR(search->look(asker.grant));
  return search;
}

base::Status StoreSearch::look(const Grant& grant) {
  for (Part& part : parts_) {
    LOGMILL_RETURN_IF_ERROR(part.view.refresh());
    LOGMILL_ASSIGN_OR_RETURN(part.hidden, hidden_from(grant.filter, part.view.tombstones(), service_.io().clock.now()));
    part.segments = part.view.take_news();
  }
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
  scan.use_threads(service_.threads_of_query());
  scan.use_workspace(workspace_);
  scan.leave_out_field_names();
  if (progress_) scan.show_progress(*progress_);
  if (shows_log_ids_) scan.show_log_ids();
  for (const Part& part : parts_) {
    scan.hide(part.hidden);
    for (const store::StoreView::News& news : part.segments) scan.add(*news.segment, news.rows);
  }
}

bool StoreSearch::partial() const {
  return partial_ || std::ranges::any_of(parts_, [](const Part& part) { return part.view.unreadable() > 0; });
}

void StoreSearch::take(const query::StoreScan& scan) {
  counts_ += scan.counts();
  partial_ |= watched_.stop().requested() || scan.counts().blocks_damaged > 0;
}

void append_end(std::string& json, const StoreSearch& search) { json += search.partial() ? ",\"partial\":true}" : "}"; }

}  // namespace logmill::logserve
