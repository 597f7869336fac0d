// Random numbers that are the same on every machine: SplitMix64 and xoshiro256++ (Blackman and
// Vigna, prng.di.unimi.it), and draws from them in integer arithmetic. The standard library's
// distributions are not used: their results differ between implementations.
#pragma once

#include <bit>
#include <cstdint>

namespace logmill::generate {

class SplitMix64 {
 public:
  explicit constexpr SplitMix64(std::uint64_t state) : state_(state) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

// xoshiro256++, seeded through SplitMix64 as its authors advise.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) {
    SplitMix64 mix(seed);
    for (std::uint64_t& word : state_) word = mix.next();
  }

  constexpr std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  std::uint64_t state_[4] = {};
};

// 32 random bits to a number below `bound`, by multiplication; uneven by less than bound / 2^32.
constexpr std::uint32_t scale_below(std::uint32_t bits, std::uint32_t bound) {
  return static_cast<std::uint32_t>((std::uint64_t{bits} * bound) >> 32);
}

constexpr std::uint32_t high_bits(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }
constexpr std::uint32_t low_bits(std::uint64_t word) { return static_cast<std::uint32_t>(word); }

}  // namespace logmill::generate
