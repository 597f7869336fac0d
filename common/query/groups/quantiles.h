// Percentiles of numbers seen one by one, in bounded memory.
//
// Exact as long as there are at most kDistinctMax different numbers, besides decimals of few digits
// below kDenseMax, which are counted in tables (durations in milliseconds, sizes, status codes:
// what logs hold). Beyond that a log-linear histogram (in the manner of DDSketch, Masson et al.,
// VLDB 2019): the answer is then within kRelativeError of the true one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/heap_bytes.h"
#include "record/value.h"

namespace logmill::query {

class Quantiles {
 public:
  static constexpr std::size_t kDistinctMax = 65'536;
  static constexpr double kRelativeError = 0.005;
  // Mantissas below this are counted in a table, of at most 512 KiB for each number of digits after
  // the point.
  static constexpr std::int64_t kDenseMax = 1 << 18;
  // Small, so that the tables of a few groups stay in a near cache; one that is full is emptied into a run.
  using Counter = std::uint16_t;
  static constexpr Counter kCounterMax = UINT16_MAX;
  static constexpr unsigned kDenseScales = 4;

  void add(double number);
  // Of a number.
  void add(const record::Value& number, std::uint64_t times = 1) {
    const unsigned scale = number.kind() == record::Kind::decimal ? number.scale() : 0;
    if (number.kind() != record::Kind::real && scale < kDenseScales && count_dense(number.integer(), scale, times))
      count_ += times;
    else if (times == 1)
      add(number.as_double());
    else
      add_run({number.as_double(), times});
  }
  // Of an integer, or of a decimal with so many digits behind the point.
  void add_digits(std::int64_t digits, unsigned scale) {
    if (scale < kDenseScales && count_dense(digits, scale, 1))
      ++count_;
    else
      add(record::Value::decimal(digits, scale).as_double());
  }
  // How often each of the first numbers of a scale came: to be counted on by who tells by `counted` how many that were. Valid until
  // anything else is added.
  std::span<Counter> table(unsigned scale) { return scale < kDenseScales ? std::span(dense_[scale]) : std::span<Counter>(); }
  void counted(std::uint64_t numbers) { count_ += numbers; }
  void merge(const Quantiles& other);

  std::uint64_t count() const { return count_; }
  bool exact() const { return !sketched_; }
  // The least number that at least the share `q` (0 to 1) of all are not greater than. Not of an
  // empty set.
  double quantile(double q) const;

  struct Run {
    double number;
    std::uint64_t count;
  };
  // Besides itself.
  std::size_t memory_bytes() const {
    std::size_t bytes = base::heap_bytes(fresh_.capacity() * sizeof fresh_[0]) + base::heap_bytes(runs_.capacity() * sizeof runs_[0]) +
                        buckets_.size() * kBucketBytes;
    for (const auto& table : dense_) bytes += base::heap_bytes(table.capacity() * sizeof table[0]);
    return bytes;
  }
  // As text, in parts that each can be loaded: "n" and the numbers, with how often each came, or
  // "b" and the buckets.
  std::size_t parts() const;
  void save(std::size_t part, std::string& out) const;
  // Adds; false if it is no part.
  bool load(std::string_view part);

 private:
  static constexpr std::size_t kBucketBytes = 64;  // of a node of the map, about

  bool count_dense(std::int64_t mantissa, unsigned scale, std::uint64_t times) {
    if (sketched_ || mantissa < 0 || mantissa >= kDenseMax) return false;
    std::vector<Counter>& table = dense_[scale];
    const auto at = static_cast<std::size_t>(mantissa);
    if (at >= table.size() && !grow(table, at)) return false;
    if (times > static_cast<std::uint64_t>(kCounterMax - table[at]))
      empty_counter(scale, at, times);
    else
      table[at] = static_cast<Counter>(table[at] + times);
    return true;
  }
  void empty_counter(unsigned scale, std::size_t mantissa, std::uint64_t times);
  void add_run(const Run& run);
  void put_run(const Run& run);
  std::vector<Run> runs() const;
  std::optional<unsigned> only_scale() const;
  double quantile_of(unsigned scale, std::uint64_t wanted) const;
  static std::vector<Run> without_repeats(const std::vector<Run>& sorted);
  bool grow(std::vector<Counter>& table, std::size_t at);
  void merge_dense(unsigned scale, const std::vector<Counter>& theirs, std::vector<Run>& rest);
  void compact() const;
  void merge_runs(const std::vector<Run>& runs) const;
  void start_sketch();
  void add_to_sketch(double number, std::uint64_t count);

  std::array<std::vector<Counter>, kDenseScales> dense_;  // how often each mantissa came, by scale, besides what is in `runs_`
  // Other new numbers wait in `fresh_` and are then sorted into `runs_`; both are the same multiset
  // to the outside.
  mutable std::vector<double> fresh_;
  mutable std::vector<Run> runs_;
  std::map<int, std::uint64_t> buckets_;  // once sketched
  std::uint64_t count_ = 0;
  bool sketched_ = false;
};

}  // namespace logmill::query
