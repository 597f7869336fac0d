#include "maintain/maintenance_lock.h"

#include "store/store_layout.h"

namespace logmill::maintain {

base::Result<std::optional<MaintenanceLock>> MaintenanceLock::try_take(sys::FileSystem& fs, const std::string& store) {
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs.open(sys::join(store, store::kMaintenanceLockName), sys::OpenMode::append));
  LOGMILL_ASSIGN_OR_RETURN(const bool locked, file->try_lock());
  if (!locked) return std::optional<MaintenanceLock>();
  return std::optional(MaintenanceLock(std::move(file)));
}

}  // namespace logmill::maintain
