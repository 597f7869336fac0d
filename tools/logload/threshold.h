// --fail-if: what would make a result a failure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logload/result.h"

namespace logmill::logload {

// "p99>50ms", "loss>0", "rate<9.5k/s".
struct Threshold {
  std::string text;    // as typed
  std::string metric;  // a name that `measure` knows
  bool above = true;   // fails if the value is above the limit; else if below
  double limit = 0;    // nanoseconds, records, or records a second
};

// One or more, separated by commas. Metrics are p50, p90, p99, p99.9, max and mean (of the latency,
// with a duration), lag (the 99th percentile behind schedule), loss, duplicates and disorder
// (records), and rate.
base::Result<std::vector<Threshold>> parse_thresholds(std::string_view text);

bool exceeded(const Threshold& threshold, const LoadResult& result);

}  // namespace logmill::logload
