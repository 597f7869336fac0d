// When records come: at random times with a given mean distance, or steadily at a given rate; with
// bursts if wanted.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "generate/random.h"

namespace logmill::generate {

enum class ArrivalKind {
  poisson,  // independent of each other, as requests from many users are
  steady,   // one in each step, at a random place within it: never drifts from the rate
};

struct ArrivalOptions {
  ArrivalKind kind = ArrivalKind::poisson;
  double step_ns = 1e6;  // mean distance; above 0, at most kStepMaxNs
  // During a burst records come so many times as densely; 0: no bursts.
  std::uint32_t burst_factor = 0;
};

constexpr double kStepMaxNs = 86'400e9;

class Arrivals {
 public:
  explicit Arrivals(const ArrivalOptions& options);

  // Moves on to the next record; the first one comes at 0.
  void advance(Random& random);

  // Since the first record: when it happened (what it is stamped with), and when it is to be sent.
  std::int64_t time_ns() const { return time_ns_; }
  std::int64_t due_ns() const { return due_ns_; }
  bool in_burst() const { return due_ns_ >= burst_start_ns_ && due_ns_ < burst_end_ns_; }

 private:
  // 48.16 fixed point: steps below a microsecond keep their fraction.
  using Fixed = std::uint64_t;
  void add(Fixed distance);
  void plan_burst(Random& random);

  ArrivalKind kind_;
  Fixed step_, burst_step_;
  bool bursts_;
  bool started_ = false;
  std::int64_t due_ns_ = 0;
  std::uint32_t due_fraction_ = 0;
  std::int64_t time_ns_ = 0;
  std::int64_t burst_start_ns_ = 0, burst_end_ns_ = 0;
};

}  // namespace logmill::generate
