#include "store/tied_columns.h"

#include <algorithm>
#include <bitset>

#include "base/hash.h"
#include "store/value_table.h"

namespace logmill::store {
namespace {

constexpr std::size_t kSampleValues = 1'024;
// Fewer distinct values cost little by column, too.
constexpr std::size_t kDistinctMin = 6;
constexpr std::size_t kThoroughDistinctMin = 2;
// When nearly all values of a sample differ, it says nothing, or little, about pairs.
constexpr double kDistinctMax = 0.75;
constexpr double kThoroughDistinctMax = 0.97;
// Pairs may be so many times as many as values of the richer field.
constexpr double kPairs = 1.15;
// And so many of the rows whose value of that field was there before may have a new pair: what counts where such rows are few.
constexpr double kNewPairs = 0.45;

}  // namespace

void TiedColumns::add(std::size_t column, const PresentValues& present) {
  Sample sample{.column = column, .rows = base::xxh3_64(present.bitmap), .values = {}, .distinct = 0};
  for (const record::Value& value : present.values.first(std::min(kSampleValues, present.values.size())))
    sample.values.push_back(hash_of(value));
  sample.distinct = count_distinct(sample.values);
  samples_.push_back(std::move(sample));
}

// About: hashes that fall on the same bit count once, which is four or so of a full sample, much less than what must repeat in it.
std::size_t TiedColumns::count_distinct(const std::vector<std::uint64_t>& hashes) {
  std::bitset<128 * kSampleValues> seen;
  std::size_t distinct = 0;
  for (const std::uint64_t hash : hashes) {
    const std::size_t bit = hash % seen.size();
    distinct += seen[bit] ? 0 : 1;
    seen.set(bit);
  }
  return distinct;
}

bool TiedColumns::tied(const Sample& a, const Sample& b, Search search) {
  const auto rows = static_cast<double>(a.values.size()), richer = static_cast<double>(std::max(a.distinct, b.distinct));
  const bool rough = search == Search::rough;
  if (a.rows != b.rows || a.values.size() != b.values.size() ||
      std::min(a.distinct, b.distinct) < (rough ? kDistinctMin : kThoroughDistinctMin) ||
      richer > (rough ? kDistinctMax : kThoroughDistinctMax) * rows)
    return false;
  std::vector<std::uint64_t> pairs(a.values.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = fold(a.values[i] + 1, b.values[i] ^ 0x9e3779b97f4a7c15u);
  return static_cast<double>(count_distinct(pairs)) <= std::min(kPairs * richer, richer + kNewPairs * (rows - richer));
}

std::vector<std::size_t> TiedColumns::find(Search search) const {
  std::vector<bool> found(samples_.size(), false);
  for (std::size_t i = 1; i < samples_.size(); ++i)
    if (tied(samples_[i - 1], samples_[i], search)) found[i - 1] = found[i] = true;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i]) columns.push_back(samples_[i].column);
  return columns;
}

}  // namespace logmill::store
