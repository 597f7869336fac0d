// Notices that the wall clock was set, by the clock that only ever goes on.
#pragma once

#include <cstdlib>
#include <string>

#include "alert/engine.h"
#include "base/clock.h"
#include "text/units.h"

namespace logmill::logalert {

// Thread-compatible.
class ClockWatch {
 public:
  // `clock` must outlive it.
  explicit ClockWatch(const base::Clock& clock) : clock_(clock), ahead_ns_(ahead_ns()) {}

  // Since the last call; by less than what counts as having been set: empty. A machine that slept counts too.
  std::string what_was_done() {
    const std::int64_t before_ns = std::exchange(ahead_ns_, ahead_ns()), by_ns = ahead_ns_ - before_ns;
    if (std::abs(by_ns) <= alert::Engine::kClockSetNs) return {};
    return "the clock went " + std::string(by_ns > 0 ? "forward" : "back") + " by " + text::format_duration(std::abs(by_ns));
  }

 private:
  std::int64_t ahead_ns() const { return clock_.now() - clock_.steady_ns(); }

  const base::Clock& clock_;
  std::int64_t ahead_ns_;  // of the steady clock
};

}  // namespace logmill::logalert
