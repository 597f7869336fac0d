#include "maintain/maintainer.h"

#include "maintain/maintenance_lock.h"

namespace logmill::maintain {

base::Status Maintainer::run_round() {
  if (!policy_.retention.any()) return {};
  LOGMILL_ASSIGN_OR_RETURN(const auto lock, MaintenanceLock::try_take(fs_, store_));
  if (!lock) return {};
  LOGMILL_ASSIGN_OR_RETURN(const auto steps,
                           plan_retention(fs_, store_, policy_.retention, clock_.now(), reporter_));
  LOGMILL_RETURN_IF_ERROR(apply_retention(fs_, store_, steps, *lock, reporter_));
  counters_.segments_deleted += steps.size();
  return {};
}

}  // namespace logmill::maintain
