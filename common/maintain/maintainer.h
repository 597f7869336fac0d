// Everything that is done to a store's sealed segments while records come in, one round after the other.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "maintain/retention.h"
#include "sys/file_system.h"

namespace logmill::maintain {

struct MaintenancePolicy {
  RetentionPolicy retention;
};

struct MaintenanceCounters {
  std::uint64_t segments_deleted = 0;
};

// Thread-compatible; writers of the store may run at the same time, in this process or another.
class Maintainer {
 public:
  // All references must outlive it.
  Maintainer(sys::FileSystem& fs, std::string store, MaintenancePolicy policy, const base::Clock& clock,
             base::Reporter& reporter)
      : fs_(fs), store_(std::move(store)), policy_(std::move(policy)), clock_(clock), reporter_(reporter) {}

  // Does what is due now. While somebody else maintains the store it does nothing: the next round will.
  base::Status run_round();

  const MaintenanceCounters& counters() const { return counters_; }

 private:
  sys::FileSystem& fs_;
  const std::string store_;
  const MaintenancePolicy policy_;
  const base::Clock& clock_;
  base::Reporter& reporter_;
  MaintenanceCounters counters_;
};

}  // namespace logmill::maintain
