#include "sys/stop.h"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace logmill::sys {

Stop::Stop() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Stop::request() {
  requested_.store(true, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  // A full counter means that the descriptor is readable already.
  [[maybe_unused]] const auto wrote = ::write(event_.get(), &one, sizeof one);
}

}  // namespace logmill::sys
