// Rotation at times of the clock on the wall: each hour, day, week or month, or each day at 03:30,
// in the local zone.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace logmill::flat {

struct RotationClock {
  enum class Every { never, hour, day, week, month };
  Every every = Every::never;
  unsigned minute_of_day = 0;  // of `day`

  // The first such time after `time`; INT64_MAX if never.
  base::TimeNs next(base::TimeNs time) const;
};

// "hourly", "daily", "weekly" (Monday, 00:00), "monthly" (the first, 00:00), "HH:MM". Fails with
// invalid.
base::Result<RotationClock> parse_rotation_clock(std::string_view text);

}  // namespace logmill::flat
