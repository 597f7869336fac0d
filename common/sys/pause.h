// Waiting for a time that was planned.
#pragma once

#include <cstdint>

#include "sys/stop.h"

namespace logmill::sys {

// Sleeps so many nanoseconds, to the accuracy of the system's timers (about 50 us), or until a stop
// is requested. Returns at once for 0 and below.
void pause(std::int64_t ns, Stop& stop);

}  // namespace logmill::sys
