#include "query/groups/quantiles.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <utility>

#include "query/groups/partial_value.h"
#include "record/json_object.h"

namespace logmill::query {
namespace {

constexpr std::size_t kFreshMax = 16'384;
// A table is begun small and grows with the numbers that came, so that many groups of few numbers
// stay small.
constexpr std::size_t kDenseMin = 32;
constexpr std::uint64_t kDensePerNumber = 16;

// Bucket i > 0 holds the numbers in (growth^(i-1), growth^i], offset so that all doubles from 1e-9
// up have a positive index; -i holds their negatives, 0 what is nearer to zero.
const double kGrowth = (1 + Quantiles::kRelativeError) / (1 - Quantiles::kRelativeError);
const double kLogGrowth = std::log(kGrowth);
constexpr double kLeast = 1e-9;
constexpr std::int64_t kBucketMax = 1'000'000;  // beyond that of the greatest double
// Lines of at most about 100 KiB.
constexpr std::size_t kRunsPerPart = 4096;

constexpr double kPowersOfTen[] = {1, 10, 100, 1000};
static_assert(std::size(kPowersOfTen) == Quantiles::kDenseScales);

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

bool Quantiles::grow(std::vector<Counter>& table, std::size_t at) {
  const std::size_t wanted = std::bit_ceil(at + 1);
  if (wanted > kDenseMin && wanted > kDensePerNumber * count_) return false;
  table.resize(wanted);
  return true;
}

void Quantiles::merge(const Quantiles& other) {
  other.compact();
  compact();
  count_ += other.count_;
  if (other.sketched_ && !sketched_) start_sketch();
  if (sketched_) {
    for (const auto& [bucket, count] : other.buckets_) buckets_[bucket] += count;
    for (const Run& run : other.runs()) add_to_sketch(run.number, run.count);
    return;
  }
  std::vector<Run> rest = other.runs_;
  for (unsigned scale = 0; scale < kDenseScales; ++scale) merge_dense(scale, other.dense_[scale], rest);
  merge_runs(rest);
  if (runs_.size() > kDistinctMax) start_sketch();
}

// What a table cannot count any more goes into `rest`, which stays sorted.
void Quantiles::merge_dense(unsigned scale, const std::vector<Counter>& theirs, std::vector<Run>& rest) {
  std::vector<Counter>& ours = dense_[scale];
  if (ours.size() < theirs.size()) ours.resize(theirs.size());
  // Nearly always all can be added; told beforehand, that takes no look at each.
  const auto sum = [&](std::size_t mantissa) { return static_cast<Counter>(ours[mantissa] + theirs[mantissa]); };
  Counter overflows = 0;
  for (std::size_t mantissa = 0; mantissa < theirs.size(); ++mantissa) overflows |= sum(mantissa) < theirs[mantissa];
  if (overflows == 0) {
    for (std::size_t mantissa = 0; mantissa < theirs.size(); ++mantissa) ours[mantissa] = sum(mantissa);
    return;
  }
  for (std::size_t mantissa = 0; mantissa < theirs.size(); ++mantissa) {
    if (sum(mantissa) >= theirs[mantissa]) {
      ours[mantissa] = sum(mantissa);
      continue;
    }
    const double number = static_cast<double>(mantissa) / kPowersOfTen[scale];
    rest.insert(std::ranges::lower_bound(rest, number, {}, &Run::number), {number, theirs[mantissa]});
  }
}

void Quantiles::add_run(const Run& run) {
  count_ += run.count;
  if (sketched_) return add_to_sketch(run.number, run.count);
  put_run(run);
}

void Quantiles::empty_counter(unsigned scale, std::size_t mantissa, std::uint64_t times) {
  const std::uint64_t counted = std::exchange(dense_[scale][mantissa], Counter{0});
  put_run({static_cast<double>(mantissa) / kPowersOfTen[scale], counted + times});
}

void Quantiles::put_run(const Run& run) {
  compact();
  const auto at = std::ranges::lower_bound(runs_, run.number, {}, &Run::number);
  if (at != runs_.end() && at->number == run.number)
    at->count += run.count;
  else
    runs_.insert(at, run);
  if (runs_.size() > kDistinctMax) start_sketch();
}

std::size_t Quantiles::parts() const { return (sketched_ ? buckets_.size() : runs().size()) / kRunsPerPart + 1; }

void Quantiles::save(std::size_t part, std::string& out) const {
  const auto append = [&out](auto number, std::uint64_t count) {
    out += ' ';
    append_state(out, number);
    out += ':' + std::to_string(count);
  };
  out += sketched_ ? "b" : "n";
  std::size_t at = 0;
  const std::size_t begin = part * kRunsPerPart, end = begin + kRunsPerPart;
  if (sketched_) {
    for (const auto& [bucket, count] : buckets_)
      if (const std::size_t i = at++; i >= begin && i < end) append(static_cast<double>(bucket), count);
    return;
  }
  for (const Run& run : runs())
    if (const std::size_t i = at++; i >= begin && i < end) append(run.number, run.count);
}

bool Quantiles::load(std::string_view part) {
  const std::string_view kind = take_until(part, ' ');
  if (kind != "n" && kind != "b") return false;
  if (kind == "b" && !sketched_) start_sketch();
  while (!part.empty()) {
    std::string_view entry = take_until(part, ' ');
    const std::string_view text = take_until(entry, ':');
    const record::Value number = record::value_from_number(text);
    const auto bucket = parse_integer<std::int64_t>(text);
    const auto count = parse_integer<std::uint64_t>(entry);
    if (!count || *count == 0 || !number.is_number() || (kind == "b" && (!bucket || std::abs(*bucket) > kBucketMax))) return false;
    if (kind == "b") {
      buckets_[static_cast<int>(*bucket)] += *count;
      count_ += *count;
    } else {
      add(number, *count);
    }
  }
  return true;
}

std::vector<Quantiles::Run> Quantiles::runs() const {
  compact();
  std::vector<Run> all = runs_;
  std::size_t sources = all.empty() ? 0 : 1;
  for (unsigned scale = 0; scale < kDenseScales; ++scale) {
    const auto& table = dense_[scale];
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    for (std::size_t mantissa = 0; mantissa < table.size(); ++mantissa)
      if (table[mantissa] > 0) all.push_back({static_cast<double>(mantissa) / kPowersOfTen[scale], table[mantissa]});
    if (all.begin() + before == all.end()) continue;
    std::ranges::inplace_merge(all, all.begin() + before, {}, &Run::number);
    ++sources;
  }
  return sources > 1 ? without_repeats(all) : all;
}

std::vector<Quantiles::Run> Quantiles::without_repeats(const std::vector<Run>& sorted) {
  std::vector<Run> runs;
  for (const Run& run : sorted) {
    if (!runs.empty() && runs.back().number == run.number)
      runs.back().count += run.count;
    else
      runs.push_back(run);
  }
  return runs;
}

double Quantiles::quantile(double q) const {
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_) - 1e-9)));
  std::uint64_t seen = 0;
  if (sketched_) {
    for (const auto& [bucket, count] : buckets_)
      if ((seen += count) >= wanted) return middle_of(bucket);
    return middle_of(buckets_.rbegin()->first);
  }
  compact();
  if (const std::optional<unsigned> scale = only_scale()) return quantile_of(*scale, wanted);
  const std::vector<Run> runs = this->runs();
  for (const Run& run : runs)
    if ((seen += run.count) >= wanted) return run.number;
  return runs.back().number;
}

// Of the table that holds numbers; nullopt if several do.
std::optional<unsigned> Quantiles::only_scale() const {
  std::optional<unsigned> found;
  for (unsigned scale = 0; scale < kDenseScales; ++scale) {
    if (dense_[scale].empty()) continue;
    if (found) return std::nullopt;
    found = scale;
  }
  return found;
}

// Of one table and the runs, where they lie.
double Quantiles::quantile_of(unsigned scale, std::uint64_t wanted) const {
  const std::vector<Counter>& table = dense_[scale];
  std::uint64_t seen = 0;
  double number = 0;
  auto run = runs_.begin();
  const auto take_runs_up_to = [&](double bound) {
    for (; run != runs_.end() && run->number <= bound && seen < wanted; ++run) {
      seen += run->count;
      number = run->number;
    }
  };
  for (std::size_t mantissa = 0; mantissa < table.size() && seen < wanted; ++mantissa) {
    if (table[mantissa] == 0) continue;
    const double next = static_cast<double>(mantissa) / kPowersOfTen[scale];
    take_runs_up_to(next);
    if (seen >= wanted) break;
    seen += table[mantissa];
    number = next;
  }
  take_runs_up_to(std::numeric_limits<double>::infinity());
  return number;
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
  runs_ = without_repeats(merged);
}

void Quantiles::start_sketch() {
  for (const Run& run : runs()) add_to_sketch(run.number, run.count);
  runs_ = {};
  fresh_ = {};
  dense_ = {};
  sketched_ = true;
}

void Quantiles::add_to_sketch(double number, std::uint64_t count) { buckets_[bucket_of(number)] += count; }

}  // namespace logmill::query
