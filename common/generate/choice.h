// Draws one of several with given weights, in constant time: Walker's alias method, as in M. Vose,
// "A linear algorithm for generating random numbers with a given distribution" (1991), in integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "generate/random.h"

namespace logmill::generate {

class Choice {
 public:
  // Sum of all weights, at most: keeps the arithmetic within 64 bits.
  static constexpr std::uint64_t kWeightSumMax = std::uint64_t{1} << 40;

  // `weights` holds 1 to 65,535 weights, not all zero, with a sum of at most kWeightSumMax.
  explicit Choice(std::span<const std::uint64_t> weights);

  // `word` is 64 fresh random bits.
  std::uint32_t pick(std::uint64_t word) const {
    const std::uint32_t slot = scale_below(high_bits(word), static_cast<std::uint32_t>(slots_.size()));
    return low_bits(word) < slots_[slot].threshold ? slot : slots_[slot].alias;
  }

 private:
  // Below `threshold` the slot's own number is drawn, else `alias`.
  struct Slot {
    std::uint32_t threshold;
    std::uint32_t alias;
  };
  std::vector<Slot> slots_;
};

// Weights of Zipf's law: the i-th of `count` is 1/i as likely as the first.
std::vector<std::uint64_t> zipf_weights(std::size_t count);

}  // namespace logmill::generate
