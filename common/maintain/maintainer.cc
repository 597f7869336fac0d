#include "maintain/maintainer.h"

#include <algorithm>

namespace logmill::maintain {

Maintainer::Maintainer(sys::FileSystem& fs, std::string store, MaintenancePolicy policy, const base::Clock& clock, base::Reporter& reporter,
                       std::function<bool()> stopped)
    : fs_(fs),
      store_(std::move(store)),
      policy_(std::move(policy)),
      clock_(clock),
      ages_(clock, reporter, store_),
      reporter_(reporter),
      stopped_(std::move(stopped)),
      inventory_(fs, store_),
      census_(fs, policy_.retention.rules) {}

base::Status Maintainer::run_round() {
  LOGMILL_ASSIGN_OR_RETURN(const auto requests, store::list_tombstones(fs_, store_));
  if (!policy_.retention.any() && !policy_.compaction.enabled && policy_.cold.after_ns == 0 && requests.empty()) return {};
  LOGMILL_ASSIGN_OR_RETURN(const auto lock, MaintenanceLock::try_take(fs_, store_));
  if (!lock) return {};
  // A cold tier that is away keeps it from its end, and nothing else.
  if (auto purged = purge(*lock); !purged) reporter_.warn("delete", purged.error().what);
  LOGMILL_RETURN_IF_ERROR(retain(*lock, [this](const RetentionStep& step) {
    reporter_.info((step.whole() ? "deleted " : "deleted a part of ") + step.segment.path + ": " + step.reason);
  }));
  if (policy_.compaction.enabled && !stopped_())
    LOGMILL_RETURN_IF_ERROR(compact(*lock, [this](const CompactionStep& step, const store::Rewritten& made) {
      reporter_.info("joined " + std::to_string(step.paths.size()) + " segments into " + made.path);
    }));
  if (policy_.cold.after_ns > 0 && !stopped_()) LOGMILL_RETURN_IF_ERROR(cool(*lock));
  return {};
}

base::Status Maintainer::purge(const MaintenanceLock& lock) {
  LOGMILL_ASSIGN_OR_RETURN(const auto requests, store::list_tombstones(fs_, store_));
  // Others may have finished some.
  std::erase_if(purges_,
                [&](const auto& known) { return std::ranges::find(requests, known.first, &store::Tombstone::id) == requests.end(); });
  for (const store::Tombstone& request : requests) {
    if (stopped_()) return {};
    auto known = purges_.find(request.id);
    if (known == purges_.end()) {
      const PurgeOptions options{
          .zstd_level = policy_.zstd_level, .cold_level = policy_.cold.zstd_level, .user = policy_.user, .stopped = stopped_};
      LOGMILL_ASSIGN_OR_RETURN(auto made, Purge::make(fs_, store_, request, options, clock_, reporter_));
      known = purges_.emplace(request.id, std::move(made)).first;
    }
    const auto complete = known->second.pass(lock);
    if (!complete) return stopped_() ? base::Status() : complete.error();
    if (*complete) purges_.erase(known);
  }
  return {};
}

base::Status Maintainer::retain(const MaintenanceLock&, const std::function<void(const RetentionStep&)>& done) {
  LOGMILL_RETURN_IF_ERROR(store::finish_rewrites(fs_, store_));
  LOGMILL_ASSIGN_OR_RETURN(const auto steps, plan_retention_now());
  std::vector<std::string> paths;
  for (const RetentionStep& step : steps)
    if (step.whole()) paths.push_back(step.segment.path);
  LOGMILL_RETURN_IF_ERROR(remove_segments(fs_, store_, paths, reporter_));
  counters_.segments_deleted += paths.size();
  for (const RetentionStep& step : steps) {
    if (!step.whole()) {
      if (stopped_()) return {};
      LOGMILL_RETURN_IF_ERROR(thin(step));
    }
    done(step);
  }
  return {};
}

// Writes the segment anew without the records that its rules have let go.
base::Status Maintainer::thin(const RetentionStep& step) {
  store::RewriteOptions options;
  options.join_bytes = policy_.join_bytes;
  options.zstd_level = step.segment.cold ? policy_.cold.zstd_level : policy_.zstd_level;
  options.stopped = stopped_;
  options.choose = [&](const store::SegmentReader&, store::BlockReader& block,
                       std::vector<std::uint8_t>& kept) -> base::Result<store::Keep> {
    LOGMILL_RETURN_IF_ERROR(census_.decide(block, kept));
    bool all = true;
    for (std::uint8_t& rule : kept) {
      rule = step.rules_due[rule] ? 0 : 1;
      all = all && rule == 1;
    }
    return all ? store::Keep::all : store::Keep::some;
  };
  const auto made = store::rewrite_segments(fs_, {step.segment.path}, options, reporter_);
  if (!made) return stopped_() ? base::Status() : made.error();
  if (made->path.empty()) LOGMILL_RETURN_IF_ERROR(remove_segments(fs_, store_, {step.segment.path}, reporter_));
  ++counters_.segments_thinned;
  counters_.bytes_rewritten += made->bytes_after;
  return {};
}

base::Status Maintainer::cool(const MaintenanceLock&) {
  LOGMILL_RETURN_IF_ERROR(store::finish_rewrites(fs_, store_));
  LOGMILL_ASSIGN_OR_RETURN(const auto due, plan_cooling_now());
  if (due.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(attach_cold_tier(fs_, store_, policy_.cold.folder));
  store::RewriteOptions options;
  options.join_bytes = policy_.join_bytes;
  options.zstd_level = policy_.cold.zstd_level;
  options.recompress = true;
  options.stopped = stopped_;
  for (const SealedSegment& segment : due) {
    if (stopped_() || unreadable_.contains(segment.path)) continue;
    // A writer may start while the cold tier is away.
    LOGMILL_RETURN_IF_ERROR(keep_frontiers(fs_, store_, {segment.path}, reporter_));
    const auto moved = store::move_segment(fs_, segment.path, cold_folder_of(store_, segment.path), options, reporter_);
    if (moved) {
      ++counters_.segments_cooled;
      reporter_.info("moved " + segment.path + " to the cold tier");
      continue;
    }
    if (moved.error().code != base::ErrorCode::corrupt) return stopped_() ? base::Status() : moved.error();
    reporter_.warn("cold_tier", moved.error().what);
    unreadable_.insert(segment.path);
  }
  return {};
}

base::Status Maintainer::compact(const MaintenanceLock&, const std::function<void(const CompactionStep&, const store::Rewritten&)>& done) {
  LOGMILL_RETURN_IF_ERROR(store::finish_rewrites(fs_, store_));
  store::RewriteOptions options;
  options.join_bytes = policy_.join_bytes;
  options.zstd_level = policy_.zstd_level;
  options.stopped = stopped_;
  while (!stopped_()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto steps, plan_compaction_now());
    if (steps.empty()) break;
    for (const CompactionStep& step : steps) {
      auto made = store::rewrite_segments(fs_, step.paths, options, reporter_);
      if (!made) {
        if (made.error().code != base::ErrorCode::corrupt && made.error().code != base::ErrorCode::unsupported)
          return stopped_() ? base::Status() : std::move(made).error();
        // One of them is damaged: they stay as they are.
        reporter_.warn("compaction", made.error().what);
        unreadable_.insert(step.paths.begin(), step.paths.end());
        continue;
      }
      counters_.segments_joined += made->segments;
      counters_.segments_made += 1;
      counters_.bytes_joined += made->bytes_before;
      counters_.bytes_rewritten += made->bytes_after;
      done(step, *made);
    }
  }
  return {};
}

base::Result<std::vector<RetentionStep>> Maintainer::plan_retention_now() {
  LOGMILL_ASSIGN_OR_RETURN(auto segments, inventory_.look());
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t missing, missing_space(fs_, store_, policy_.retention));
  return plan_retention(std::move(segments), policy_.retention, missing, census_, ages_.now(), reporter_);
}

base::Result<std::vector<SealedSegment>> Maintainer::plan_cooling_now() {
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, inventory_.look());
  return plan_cooling(segments, policy_.cold, ages_.now());
}

base::Result<std::vector<CompactionStep>> Maintainer::plan_compaction_now() {
  LOGMILL_ASSIGN_OR_RETURN(auto segments, inventory_.look());
  std::erase_if(segments, [this](const SealedSegment& segment) { return unreadable_.contains(segment.path); });
  return plan_compaction(segments, policy_.compaction, clock_.now());
}

}  // namespace logmill::maintain
