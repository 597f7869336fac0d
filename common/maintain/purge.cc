#include "maintain/purge.h"

#include <algorithm>

#include "maintain/audit_log.h"
#include "maintain/inventory.h"
#include "query/filter/field_names.h"
#include "query/language/time_bound.h"
#include "query/scan/block_table.h"
#include "query/scan/index_pruner.h"
#include "record/fields.h"
#include "store/recovery.h"
#include "store/segment_list.h"
#include "store/segment_rewriter.h"
#include "store/store_layout.h"
#include "store/store_view.h"

namespace logmill::maintain {
namespace {

// Which rows of a block are to go.
base::Result<std::uint64_t> find_hidden(const store::SegmentReader& segment, store::BlockReader& block, const query::HiddenRows& hidden,
                                        query::Mask& mask) {
  query::BlockTable table(block);
  LOGMILL_RETURN_IF_ERROR(hidden.find(segment.info(), table, mask));
  return static_cast<std::uint64_t>(std::ranges::count(mask, 1));
}

// How many rows of a segment are to go. A column that cannot be read matches nothing.
base::Result<std::uint64_t> count_hidden(store::SegmentReader& segment, const query::HiddenRows& hidden, query::IndexPruner& pruner,
                                         base::Reporter& reporter) {
  std::uint64_t rows = 0;
  query::Mask mask;
  if (!hidden.concern(segment.info())) return rows;
  for (std::size_t i = 0; i < segment.blocks().size(); ++i) {
    if (segment.blocks()[i].rows == 0 || !pruner.may_match(segment, i)) continue;
    const auto block = segment.read_block(i);
    const auto found = block ? find_hidden(segment, **block, hidden, mask) : block.error();
    if (found)
      rows += *found;
    else if (found.error().code == base::ErrorCode::corrupt)
      reporter.warn("damaged_block", found.error().what + ": whether it holds such records cannot be told");
    else
      return found.error();
  }
  return rows;
}

}  // namespace

base::Result<query::Filter> parse_deletion_filter(const std::string& text, base::TimeNs now) {
  LOGMILL_ASSIGN_OR_RETURN(query::Filter filter, query::Filter::parse(text, {.now = now, .utc = true}));
  if (query::names_field(filter.expr(), record::kTimestamp))
    return base::Error{base::ErrorCode::invalid, "a request to delete has its times in --since and --until"};
  return filter;
}

base::Result<store::Tombstone> deletion_request(const std::string& filter, const DeletionBound& since, const DeletionBound& until,
                                                base::TimeNs now) {
  const query::Context context{.now = now};
  store::Tombstone request;
  request.created = now;
  LOGMILL_ASSIGN_OR_RETURN(const auto parsed, parse_deletion_filter(filter, now));
  request.filter = parsed.text();
  if (!since.text.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(request.since, query::parse_time_bound(since.name, since.text, context));
  }
  if (!until.text.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(request.until, query::parse_time_bound(until.name, until.text, context));
  }
  return request;
}

Purge::Purge(sys::FileSystem& fs, std::string store, store::Tombstone request, query::Filter filter, query::HiddenRows hidden,
             PurgeOptions options, const base::Clock& clock, base::Reporter& reporter)
    : fs_(&fs),
      store_(std::move(store)),
      request_(std::move(request)),
      filter_(std::move(filter)),
      hidden_(std::move(hidden)),
      options_(std::move(options)),
      clock_(&clock),
      reporter_(&reporter) {}

base::Result<Purge> Purge::make(sys::FileSystem& fs, std::string store, store::Tombstone request, PurgeOptions options,
                                const base::Clock& clock, base::Reporter& reporter) {
  LOGMILL_ASSIGN_OR_RETURN(auto filter, parse_deletion_filter(request.filter, request.created));
  LOGMILL_ASSIGN_OR_RETURN(auto hidden, query::HiddenRows::make({&request, 1}));
  return Purge(fs, std::move(store), std::move(request), std::move(filter), std::move(hidden), std::move(options), clock, reporter);
}

base::Result<PurgeCounters> Purge::count(sys::FileSystem& fs, const std::string& store, store::Tombstone request,
                                         base::Reporter& reporter) {
  request.id = "~";  // behind every segment
  LOGMILL_ASSIGN_OR_RETURN(const auto filter, parse_deletion_filter(request.filter, request.created));
  LOGMILL_ASSIGN_OR_RETURN(const auto hidden, query::HiddenRows::make({&request, 1}));
  query::IndexPruner pruner(fs, reporter, filter.expr());
  store::StoreView view(fs, store, request.since, request.until, reporter);
  LOGMILL_RETURN_IF_ERROR(view.refresh());
  PurgeCounters counters;
  for (const store::StoreView::News& news : view.take_news()) {
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t rows, count_hidden(*news.segment, hidden, pruner, reporter));
    if (rows == 0) continue;
    counters.records += rows;
    counters.bytes_before += news.segment->info().bytes;
    if (rows == news.segment->info().rows)
      ++counters.segments_removed;
    else
      ++counters.segments_rewritten;
  }
  return counters;
}

base::Result<bool> Purge::pass(const MaintenanceLock&) {
  LOGMILL_ASSIGN_OR_RETURN(const auto requests, store::list_tombstones(*fs_, store_));
  if (std::ranges::find(requests, request_.id, &store::Tombstone::id) == requests.end()) return true;
  LOGMILL_RETURN_IF_ERROR(store::check_cold_tier(*fs_, store_));
  LOGMILL_RETURN_IF_ERROR(store::finish_rewrites(*fs_, store_));
  // Crashed writers seal nothing any more; those that run do when they see the request.
  LOGMILL_ASSIGN_OR_RETURN(const auto recovered, store::recover_store(*fs_, store_, {.zstd_level = options_.zstd_level}, *reporter_));
  static_cast<void>(recovered);
  LOGMILL_ASSIGN_OR_RETURN(const auto files, store::list_segment_files(*fs_, store_));
  std::set<std::string> live;
  for (const store::SegmentFile& file : files)
    if (!file.sealed) live.insert(store::segment_id(file.path));
  // What becomes live from now on is written by somebody who knew of the request.
  if (!awaited_) awaited_ = live;
  std::erase_if(*awaited_, [&live](const std::string& id) { return !live.contains(id); });
  for (const store::SegmentFile& file : files) {
    if (!file.sealed || clean_.contains(file.path)) continue;
    if (options_.stopped && options_.stopped()) return base::Error{base::ErrorCode::again, "stopped"};
    LOGMILL_RETURN_IF_ERROR(clean(file.path));
  }
  const bool complete = awaited_->empty();
  if (complete) LOGMILL_RETURN_IF_ERROR(remove_remains());
  if (complete || counters_.records > audited_.records) LOGMILL_RETURN_IF_ERROR(audit(complete));
  if (complete) LOGMILL_RETURN_IF_ERROR(store::remove_tombstone(*fs_, store_, request_));
  return complete;
}

base::Status Purge::clean(const std::string& path) {
  query::IndexPruner pruner(*fs_, *reporter_, filter_.expr());
  const auto segment = store::open_segment(*fs_, path, *reporter_);
  if (!segment && segment.error().code == base::ErrorCode::corrupt) {
    // Nothing of it can be read, so nobody can say that it does not hold such records: like other
    // damaged remains.
    reporter_->warn("damaged_segment", segment.error().what + ", removed");
    ++counters_.damaged_files_removed;
    return fs_->remove(path);
  }
  if (!segment) return segment.error();
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t rows, count_hidden(**segment, hidden_, pruner, *reporter_));
  if (rows > 0) return rewrite(path);
  clean_.insert(path);
  return {};
}

base::Status Purge::rewrite(const std::string& path) {
  store::RewriteOptions options;
  options.zstd_level = store::is_cold(store_, path) ? options_.cold_level : options_.zstd_level;
  options.salvage = true;
  options.stopped = options_.stopped;
  options.choose = [this](const store::SegmentReader& segment, store::BlockReader& block,
                          std::vector<std::uint8_t>& kept) -> base::Result<store::Keep> {
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t rows, find_hidden(segment, block, hidden_, kept));
    if (rows == 0) return store::Keep::all;
    for (std::uint8_t& flag : kept) flag = flag == 0;
    return store::Keep::some;
  };
  LOGMILL_ASSIGN_OR_RETURN(const auto made, store::rewrite_segments(*fs_, {path}, options, *reporter_));
  if (made.path.empty()) {
    LOGMILL_RETURN_IF_ERROR(remove_segments(*fs_, store_, {path}, *reporter_));
    ++counters_.segments_removed;
  } else {
    ++counters_.segments_rewritten;
    clean_.insert(made.path);
  }
  counters_.records += made.rows_before - made.rows_after;
  counters_.bytes_before += made.bytes_before;
  counters_.bytes_after += made.bytes_after;
  return {};
}

// Parts of live segments that could not be read when they were sealed may hold anything; indexes
// without a segment hold words of one that is gone.
base::Status Purge::remove_remains() {
  LOGMILL_ASSIGN_OR_RETURN(const auto files, store::list_partition_files(*fs_, store_));
  std::set<std::string> segments;
  for (const store::PartitionFile& file : files)
    if (file.name.ends_with(store::kSealedSuffix)) segments.insert(sys::join(file.partition, store::segment_id(file.name)));
  for (const store::PartitionFile& file : files) {
    const bool damaged = file.name.ends_with(store::kDamagedSuffix) && store::concerns(request_, store::segment_id(file.name));
    const bool orphan =
        file.name.find(".idx") != std::string::npos && !segments.contains(sys::join(file.partition, store::segment_id(file.name)));
    if (!damaged && !orphan) continue;
    const std::string path = sys::join(sys::join(store_, file.partition), file.name);
    if (damaged) {
      reporter_->warn("damaged_segment", path + ": removed: it cannot be known what is in it");
      ++counters_.damaged_files_removed;
    }
    LOGMILL_RETURN_IF_ERROR(fs_->remove(path));
    LOGMILL_RETURN_IF_ERROR(fs_->sync_directory(sys::parent(path)));
  }
  return {};
}

base::Status Purge::audit(bool complete) {
  const AuditRecord record{.time = clock_->now(),
                           .requested = request_.created,
                           .request = request_.id,
                           .user = options_.user,
                           .filter = mask_filter(filter_.expr()),
                           .since = request_.since,
                           .until = request_.until,
                           .records = counters_.records - audited_.records,
                           .segments_rewritten = counters_.segments_rewritten - audited_.segments_rewritten,
                           .segments_removed = counters_.segments_removed - audited_.segments_removed,
                           .damaged_files_removed = counters_.damaged_files_removed - audited_.damaged_files_removed,
                           .bytes_before = counters_.bytes_before - audited_.bytes_before,
                           .bytes_after = counters_.bytes_after - audited_.bytes_after,
                           .complete = complete};
  LOGMILL_RETURN_IF_ERROR(append_audit(*fs_, store_, record));
  audited_ = counters_;
  return {};
}

}  // namespace logmill::maintain
