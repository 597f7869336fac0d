// Counts how often values of each magnitude came, for percentiles of latencies.
//
// Log-linear, as HdrHistogram (hdrhistogram.org): every power of two is cut into 128 equal buckets,
// so that a percentile is off by at most 0.4 % at any magnitude, and histograms of several threads
// or runs add up without a loss.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace logmill::base {

class Histogram {
 public:
  void add(std::uint64_t value, std::uint64_t times = 1);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  // Exact. 0 when nothing was added.
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const { return max_; }
  double mean() const;
  // The value that `percent` (0 to 100) of all values do not exceed: within [min, max]. 0 when
  // nothing was added.
  std::uint64_t percentile(double percent) const;

 private:
  std::vector<std::uint64_t> buckets_;  // as long as the largest value needs
  std::uint64_t count_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace logmill::base
