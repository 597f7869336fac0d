#include "generate/choice.h"

#include <cassert>
#include <limits>
#include <numeric>

namespace logmill::generate {

namespace {

__extension__ using Wide = unsigned __int128;

// part / whole as a 32-bit threshold; a full slot never reaches its alias.
std::uint32_t threshold(std::uint64_t part, std::uint64_t whole) {
  if (part >= whole) return std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>((Wide{part} << 32) / whole);
}

}  // namespace

Choice::Choice(std::span<const std::uint64_t> weights) {
  const std::uint64_t sum = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
  assert(sum > 0 && sum <= kWeightSumMax && weights.size() < 65'536);

  // Scaled so that an average weight fills its slot exactly.
  std::vector<std::uint64_t> left;
  std::vector<std::uint32_t> small, large;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    left.push_back(weights[i] * weights.size());
    (left[i] < sum ? small : large).push_back(i);
  }
  slots_.resize(weights.size());
  while (!small.empty() && !large.empty()) {
    const std::uint32_t poor = small.back(), rich = large.back();
    small.pop_back();
    slots_[poor] = {threshold(left[poor], sum), rich};
    left[rich] -= sum - left[poor];
    if (left[rich] >= sum) continue;
    large.pop_back();
    small.push_back(rich);
  }
  for (const std::uint32_t i : small) slots_[i] = {threshold(sum, sum), i};
  for (const std::uint32_t i : large) slots_[i] = {threshold(sum, sum), i};
}

std::vector<std::uint64_t> zipf_weights(std::size_t count) {
  constexpr std::uint64_t kFirst = 1'000'000;
  std::vector<std::uint64_t> weights;
  for (std::size_t i = 0; i < count; ++i) weights.push_back(kFirst / (i + 1));
  return weights;
}

}  // namespace logmill::generate
