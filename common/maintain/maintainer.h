// Everything that is done to a store's sealed segments, one round after the other: in the
// background while records come in, or once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/age_clock.h"
#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "maintain/cold_tier.h"
#include "maintain/compaction.h"
#include "maintain/inventory.h"
#include "maintain/maintenance_lock.h"
#include "maintain/purge.h"
#include "maintain/retention.h"
#include "store/segment_rewriter.h"
#include "sys/file_system.h"

namespace logmill::maintain {

struct MaintenancePolicy {
  RetentionPolicy retention;
  CompactionPolicy compaction;
  ColdPolicy cold;
  int zstd_level = 1;  // of what is rewritten
  std::uint64_t join_bytes = store::kJoinBytes;
  unsigned user = 0;  // who runs the program, for the audit log
};

struct MaintenanceCounters {
  std::uint64_t segments_deleted = 0,
                segments_thinned = 0;  // by retention; thinned: some of their records
  std::uint64_t segments_cooled = 0;
  std::uint64_t segments_joined = 0, segments_made = 0;  // by compaction
  std::uint64_t bytes_joined = 0, bytes_rewritten = 0;
};

// Thread-compatible; writers of the store may run at the same time, in this process or another.
class Maintainer {
 public:
  // All references must outlive it. `stopped` is asked now and then: when it says true, what can be
  // left for later is.
  Maintainer(sys::FileSystem& fs, std::string store, MaintenancePolicy policy, const base::Clock& clock, base::Reporter& reporter,
             std::function<bool()> stopped);

  // Does what is due now. While somebody else maintains the store it does nothing: the next round
  // will.
  base::Status run_round();

  // --- one by one, for whoever holds the lock ---

  // Calls `done(step)` for each that was applied.
  base::Status retain(const MaintenanceLock& lock, const std::function<void(const RetentionStep&)>& done);
  // Moves what is old to the cold tier.
  base::Status cool(const MaintenanceLock& lock);
  // One pass of each request to delete that waits: what a crash interrupted, or a live segment was
  // in the way of.
  base::Status purge(const MaintenanceLock& lock);
  // Steps until there is nothing to join any more.
  base::Status compact(const MaintenanceLock& lock, const std::function<void(const CompactionStep&, const store::Rewritten&)>& done);

  // What would be done now, without a lock.
  base::Result<std::vector<RetentionStep>> plan_retention_now();
  base::Result<std::vector<CompactionStep>> plan_compaction_now();
  base::Result<std::vector<SealedSegment>> plan_cooling_now();

  // Whether requests to delete are not done with: live segments are in the way.
  bool deletions_wait() const { return !purges_.empty(); }

  const MaintenanceCounters& counters() const { return counters_; }

 private:
  base::Status thin(const RetentionStep& step);

  sys::FileSystem& fs_;
  const std::string store_;
  const MaintenancePolicy policy_;
  const base::Clock& clock_;
  base::AgeClock ages_;
  base::Reporter& reporter_;
  const std::function<bool()> stopped_;
  Inventory inventory_;
  RuleCensus census_;
  std::map<std::string, Purge> purges_;  // by id of the request
  std::set<std::string> unreadable_;     // paths of segments that could not be rewritten: not tried again
  MaintenanceCounters counters_;
};

}  // namespace logmill::maintain
