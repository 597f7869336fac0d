// What time it is for whoever deletes what is old. A wall clock that goes forward by years, by mistake,
// would have all deleted at once: it is believed a day later, unless it went back until then.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/reporter.h"

namespace logmill::base {

// Thread-compatible.
class AgeClock {
 public:
  // More than this, between two looks and beyond the time that passed, is a jump: what that little
  // deletes is too young by no more than this.
  static constexpr std::int64_t kJumpNs = kNsPerDay;
  // How long a jump is held to be a mistake.
  static constexpr std::int64_t kHoldNs = kNsPerDay;

  // The clock is taken to be right now. `what` begins the message about a jump. References must
  // outlive it.
  AgeClock(const Clock& clock, Reporter& reporter, std::string what);

  // The wall clock's time; after a jump forward, what it would be without.
  TimeNs now();

 private:
  const Clock* clock_;
  Reporter* reporter_;
  std::string what_;
  std::int64_t ahead_ns_;        // of the steady clock, when it was last believed
  std::int64_t held_since_ = 0;  // steady; 0: not
};

}  // namespace logmill::base
