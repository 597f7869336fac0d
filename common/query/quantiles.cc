#include "query/quantiles.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace logmill::query {
namespace {

constexpr std::size_t kFreshMax = 16'384;

// Bucket i > 0 holds the numbers in (growth^(i-1), growth^i], offset so that all doubles from 1e-9
// up have a positive index; -i holds their negatives, 0 what is nearer to zero.
const double kGrowth = (1 + Quantiles::kRelativeError) / (1 - Quantiles::kRelativeError);
const double kLogGrowth = std::log(kGrowth);
constexpr double kLeast = 1e-9;

int bucket_of(double number) {
  const double magnitude = std::abs(number);
  if (magnitude < kLeast) return 0;
  const int index = 1 + static_cast<int>(std::ceil(std::log(magnitude / kLeast) / kLogGrowth));
  return number < 0 ? -index : index;
}

double middle_of(int bucket) {
  if (bucket == 0) return 0;
  const double upper = kLeast * std::exp((std::abs(bucket) - 1) * kLogGrowth);
  const double middle = 2 * upper / (1 + kGrowth);
  return bucket < 0 ? -middle : middle;
}

}  // namespace

void Quantiles::add(double number) {
  ++count_;
  if (sketched_) return add_to_sketch(number, 1);
  fresh_.push_back(number);
  if (fresh_.size() < kFreshMax) return;
  compact();
  if (runs_.size() > kDistinctMax) start_sketch();
}

void Quantiles::merge(const Quantiles& other) {
  other.compact();
  compact();
  count_ += other.count_;
  if (other.sketched_ && !sketched_) start_sketch();
  if (sketched_) {
    for (const auto& [bucket, count] : other.buckets_) buckets_[bucket] += count;
    for (const Run& run : other.runs_) add_to_sketch(run.number, run.count);
    return;
  }
  merge_runs(other.runs_);
  if (runs_.size() > kDistinctMax) start_sketch();
}

double Quantiles::quantile(double q) const {
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_) - 1e-9)));
  std::uint64_t seen = 0;
  if (sketched_) {
    for (const auto& [bucket, count] : buckets_)
      if ((seen += count) >= wanted) return middle_of(bucket);
    return middle_of(buckets_.rbegin()->first);
  }
  compact();
  for (const Run& run : runs_)
    if ((seen += run.count) >= wanted) return run.number;
  return runs_.back().number;
}

void Quantiles::compact() const {
  if (fresh_.empty()) return;
  std::ranges::sort(fresh_);
  std::vector<Run> runs;
  for (const double number : fresh_) {
    if (!runs.empty() && runs.back().number == number)
      ++runs.back().count;
    else
      runs.push_back({number, 1});
  }
  fresh_.clear();
  merge_runs(runs);
}

void Quantiles::merge_runs(const std::vector<Run>& runs) const {
  std::vector<Run> merged;
  merged.reserve(runs_.size() + runs.size());
  std::ranges::merge(runs_, runs, std::back_inserter(merged), {}, &Run::number, &Run::number);
  runs_.clear();
  for (const Run& run : merged) {
    if (!runs_.empty() && runs_.back().number == run.number)
      runs_.back().count += run.count;
    else
      runs_.push_back(run);
  }
}

void Quantiles::start_sketch() {
  compact();
  for (const Run& run : runs_) add_to_sketch(run.number, run.count);
  runs_ = {};
  fresh_ = {};
  sketched_ = true;
}

void Quantiles::add_to_sketch(double number, std::uint64_t count) {
  buckets_[bucket_of(number)] += count;
}

}  // namespace logmill::query
