#include "sys/stop.h"

#include <ctime>
#include <sys/eventfd.h>
#include <unistd.h>

namespace logmill::sys {

Stop::Stop() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

namespace {

// May be asked in a signal handler.
std::int64_t steady_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

bool Stop::out_of_grace() const { return requested() && steady_ns() - requested_ns_.load() >= grace_ns_; }

void Stop::request() {
  std::int64_t never = 0;
  requested_ns_.compare_exchange_strong(never, steady_ns());
  requested_.store(true);
  const std::uint64_t one = 1;
  // A full counter means that the descriptor is readable already.
  [[maybe_unused]] const auto wrote = ::write(event_.get(), &one, sizeof one);
}

}  // namespace logmill::sys
