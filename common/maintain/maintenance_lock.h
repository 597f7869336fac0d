// One at a time rewrites or removes sealed segments of a store. Writers and readers do not ask for
// it: whoever holds it leaves their segments alone, and replaces sealed ones so that readers see
// one or the other.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::maintain {

// Held as long as it lives; a killed process lets go of it.
class MaintenanceLock {
 public:
  // nullopt: somebody else has it.
  static base::Result<std::optional<MaintenanceLock>> try_take(sys::FileSystem& fs, const std::string& store);

 private:
  explicit MaintenanceLock(std::unique_ptr<sys::File> file) : file_(std::move(file)) {}
  std::unique_ptr<sys::File> file_;
};

}  // namespace logmill::maintain
