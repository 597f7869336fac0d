#include "sys/pause.h"

#include <poll.h>

#include <ctime>

namespace logmill::sys {

void pause(std::int64_t ns, Stop& stop) {
  if (ns <= 0 || stop.requested()) return;
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  const timespec time{static_cast<std::time_t>(ns / kNsPerSecond), static_cast<long>(ns % kNsPerSecond)};
  pollfd asked{stop.fd(), POLLIN, 0};
  // Whether it ends by time, by a stop or by another signal: the caller looks at the clock again.
  (void)::ppoll(&asked, 1, &time, nullptr);
}

}  // namespace logmill::sys
