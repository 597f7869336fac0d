// "Please end": set by a signal or by a test, seen by loops and by waits.
#pragma once

#include <atomic>
#include <cstdint>

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

  // How long after the first request whoever waits for others may go on waiting. Before any request.
  void set_grace_ns(std::int64_t ns) { grace_ns_ = ns; }
  bool out_of_grace() const;

 private:
  static constexpr std::int64_t kGraceNs = 5'000'000'000;

  std::atomic<bool> requested_ = false;
  std::atomic<std::int64_t> requested_ns_ = 0;  // when, by the steady clock
  std::int64_t grace_ns_ = kGraceNs;
  Fd event_;
};

}  // namespace logmill::sys
