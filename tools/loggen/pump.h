// Moves records from a feed to an output, as fast as they go or each at its time.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include "base/clock.h"
#include "base/histogram.h"
#include "base/result.h"
#include "loggen/feed.h"
#include "loggen/output.h"

namespace logmill::loggen {

enum class Pace { full_speed, on_schedule };

struct PumpOptions {
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  Pace pace = Pace::full_speed;
  std::uint64_t count = kUnlimited;
  // On schedule: records due before it are sent, however long that takes. At full speed: the time
  // to run.
  std::int64_t duration_ns = std::numeric_limits<std::int64_t>::max();
};

// What the pump needs from its surroundings; a test has a clock of its own.
struct PumpWorld {
  const base::Clock& clock;
  std::function<void(std::int64_t ns)> pause;  // may return early
  std::function<bool()> stopped;
  std::function<void(std::uint64_t sent)> tick;  // now and then; at least after each pause
};

struct PumpReport {
  std::uint64_t sent = 0;
  // How late sending began, in nanoseconds, once for each time that something was due.
  base::Histogram lag;
};

// The schedule is absolute: being late does not shift what follows, and records that come due
// within the same millisecond go out together.
base::Result<PumpReport> pump(Feed& feed, Output& output, const PumpOptions& options, const PumpWorld& world);

}  // namespace logmill::loggen
