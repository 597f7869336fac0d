// Percentiles of numbers seen one by one, in bounded memory.
//
// Exact as long as there are at most kDistinctMax different numbers. Beyond that a log-linear
// histogram (in the manner of DDSketch, Masson et al., VLDB 2019): the answer is then within
// kRelativeError of the true one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace logmill::query {

class Quantiles {
 public:
  static constexpr std::size_t kDistinctMax = 65'536;
  static constexpr double kRelativeError = 0.005;

  void add(double number);
  void merge(const Quantiles& other);

  std::uint64_t count() const { return count_; }
  bool exact() const { return !sketched_; }
  // The least number that at least the share `q` (0 to 1) of all are not greater than. Not of an
  // empty set.
  double quantile(double q) const;

 private:
  struct Run {
    double number;
    std::uint64_t count;
  };
  void compact() const;
  void merge_runs(const std::vector<Run>& runs) const;
  void start_sketch();
  void add_to_sketch(double number, std::uint64_t count);

  // New numbers wait in `fresh_` and are then sorted into `runs_`; both are the same multiset to
  // the outside.
  mutable std::vector<double> fresh_;
  mutable std::vector<Run> runs_;
  std::map<int, std::uint64_t> buckets_;  // once sketched
  std::uint64_t count_ = 0;
  bool sketched_ = false;
};

}  // namespace logmill::query
