// What a load test found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/histogram.h"

namespace logmill::logload {

// What a store holds of a run.
struct Verdict {
  std::uint64_t stored = 0;      // different records
  std::uint64_t lost = 0;        // sent, and not there
  std::uint64_t duplicated = 0;  // copies too many
  std::uint64_t disordered = 0;  // behind a later record of the same connection
};

struct LoadResult {
  // The whole run.
  std::uint64_t sent = 0, acknowledged = 0;
  // Without the warm-up.
  std::uint64_t measured = 0;   // acknowledged records
  std::int64_t elapsed_ns = 0;  // from the first planned time to the last acknowledgement
  base::Histogram latency;      // nanoseconds from the planned time to the acknowledgement
  base::Histogram service;      // from the time of sending
  base::Histogram lag;          // of sending behind the plan, once a batch
  std::optional<Verdict> verdict;
  std::string trouble;  // why sending ended early; empty: it did not

  double rate() const { return elapsed_ns > 0 ? static_cast<double>(measured) * 1e9 / static_cast<double>(elapsed_ns) : 0; }
  // By what the store holds if that is known, else by what was not acknowledged.
  std::uint64_t lost() const { return verdict ? verdict->lost : sent - acknowledged; }
};

}  // namespace logmill::logload
