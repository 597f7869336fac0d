// How long to wait before the next attempt: exponential, with full jitter, so that a thousand
// senders do not come back in the same instant.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace logmill::transport {

class Backoff {
 public:
  Backoff(std::int64_t min_ns, std::int64_t max_ns, std::uint64_t seed)
      : min_ns_(std::max<std::int64_t>(min_ns, 1)), max_ns_(std::max(max_ns, min_ns_)), random_(seed) {}

  // Uniform between 0 and min x 2^attempts, at most max.
  std::int64_t next_ns() {
    const std::int64_t bound = attempts_ < 62 && (max_ns_ >> attempts_) >= min_ns_ ? min_ns_ << attempts_ : max_ns_;
    ++attempts_;
    return std::uniform_int_distribution<std::int64_t>(0, bound)(random_);
  }
  unsigned attempts() const { return attempts_; }
  void reset() { attempts_ = 0; }

 private:
  std::int64_t min_ns_, max_ns_;
  unsigned attempts_ = 0;
  std::mt19937_64 random_;
};

}  // namespace logmill::transport
