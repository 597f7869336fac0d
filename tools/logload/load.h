// Open-loop load: records are sent when the plan says so, whether or not earlier ones have been
// answered, and latency counts from the planned time. So a receiver that stalls is charged for all
// that it kept waiting, which a sender that waits for answers would hide ("coordinated omission").
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "logload/lane.h"
#include "logload/result.h"

namespace logmill::logload {

struct LoadOptions {
  double rate;
  std::int64_t warmup_ns, duration_ns, drain_ns;
  std::uint64_t seed;
  std::string run;  // names this run in its records
};

struct LoadWorld {
  const base::Clock& clock;
  std::function<void(std::int64_t ns)> pause;  // may return early
  std::function<bool()> stopped;
};

// What a lane was given: the records with the numbers 0 to `sent`.
struct LaneTotals {
  std::uint64_t sent = 0;
};

struct LoadOutcome {
  LoadResult result;
  std::vector<LaneTotals> lanes;
};

// Sends in turn to all lanes; there is at least one. A lane that fails ends the run:
// `result.trouble` says why.
LoadOutcome run_load(std::vector<std::unique_ptr<Lane>>& lanes, const LoadOptions& options, const LoadWorld& world);

}  // namespace logmill::logload
