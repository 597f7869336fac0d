// What a store keeps. Whole segments go, the oldest first; live ones never.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "maintain/maintenance_lock.h"
#include "sys/file_system.h"

namespace logmill::maintain {

// 0: no limit. A segment goes when any of these asks for it.
struct RetentionPolicy {
  std::int64_t keep_age_ns = 0;   // its newest record is older than this
  std::uint64_t keep_bytes = 0;   // the sealed segments together are larger
  std::uint64_t keep_count = 0;   // there are more sealed segments
  bool any() const { return keep_age_ns > 0 || keep_bytes > 0 || keep_count > 0; }
};

struct RetentionStep {
  std::string path;
  std::uint64_t rows = 0, bytes = 0;
  base::TimeNs time_max = 0;
  std::string reason;  // "older than 7d"
};

// What would go now, oldest first.
base::Result<std::vector<RetentionStep>> plan_retention(sys::FileSystem& fs, const std::string& store,
                                                        const RetentionPolicy& policy, base::TimeNs now,
                                                        base::Reporter& reporter);

// Deletes these segments and what belongs to them (an index beside them, the folder when it is empty). How far they
// held their streams is written to STORE/frontiers first, so that nothing they held is ever taken in again.
base::Status apply_retention(sys::FileSystem& fs, const std::string& store, const std::vector<RetentionStep>& steps,
                             const MaintenanceLock& lock, base::Reporter& reporter);

}  // namespace logmill::maintain
