#include "base/age_clock.h"

#include <utility>

namespace logmill::base {

AgeClock::AgeClock(const Clock& clock, Reporter& reporter, std::string what)
    : clock_(&clock), reporter_(&reporter), what_(std::move(what)), ahead_ns_(clock.now() - clock.steady_ns()) {}

TimeNs AgeClock::now() {
  const std::int64_t steady = clock_->steady_ns();
  const std::int64_t ahead = clock_->now() - steady;
  const bool jumped = ahead - ahead_ns_ > kJumpNs;
  if (jumped && held_since_ == 0) {
    held_since_ = steady;
    reporter_->warn("clock", what_ + ": the clock went forward by " + std::to_string((ahead - ahead_ns_) / kNsPerDay) +
                                 " days; for a day nothing is deleted because of that, in case it is a mistake");
  }
  if (jumped && steady - held_since_ < kHoldNs) return steady + ahead_ns_;
  held_since_ = 0;
  ahead_ns_ = ahead;
  return steady + ahead;
}

}  // namespace logmill::base
