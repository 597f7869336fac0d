// "Please end": set by a signal or by a test, seen by loops and by waits.
#pragma once

#include <atomic>

#include "sys/fd.h"

namespace logmill::sys {

// `request` may be called from a signal handler and from any thread. Once requested, it stays.
class Stop {
 public:
  Stop();
  bool requested() const { return requested_.load(std::memory_order_relaxed); }
  void request();
  // Becomes readable when a stop is requested: for poll. -1 if the system had no descriptor left.
  int fd() const { return event_.get(); }

 private:
  std::atomic<bool> requested_ = false;
  Fd event_;
};

}  // namespace logmill::sys
