// Time comes in as a parameter, so that tests decide what time it is.
#pragma once

#include <cstdint>

namespace logmill::base {

// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
using TimeNs = std::int64_t;

constexpr std::int64_t kNsPerUs = 1'000;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kNsPerDay = 86'400 * kNsPerSecond;

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time: what a record is stamped with. May jump.
  virtual TimeNs now() const = 0;
  // Time since some fixed point: for intervals. Never runs backwards.
  virtual std::int64_t steady_ns() const = 0;
};

// The machine's own clocks. Lives as long as the program.
const Clock& system_clock();

}  // namespace logmill::base
