// Sixteen bytes looked at together, on any machine: the compiler makes SSE2, NEON or plain integers
// of it.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace logmill::base {

using Bytes16 = std::uint8_t __attribute__((vector_size(16)));

inline Bytes16 load_lane(const char* from) {
  Bytes16 bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

// One bit for each byte of `mask`, which are all 0x00 or 0xff.
inline std::uint64_t bits_of(Bytes16 mask) {
#ifdef __SSE2__
  return static_cast<std::uint64_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(mask)));
#else
  std::uint64_t halves[2];
  std::memcpy(halves, &mask, sizeof halves);
  const auto bits = [](std::uint64_t half) { return (load_le<std::uint64_t>(&half) & 0x8040201008040201u) * 0x0101010101010101u >> 56; };
  return bits(halves[0]) | bits(halves[1]) << 8;
#endif
}

// The first `c` from `at` on, or `end` if there is none before. Up to 31 bytes behind `end` are looked at. For bytes that mostly come soon:
// whether in the first lane or the second decides no branch.
inline const char* find_near(const char* at, const char* end, char c) {
  constexpr std::size_t kLane = sizeof(Bytes16);
  const auto bits_in = [c](const char* lane) {
    return bits_of(reinterpret_cast<Bytes16>(load_lane(lane) == static_cast<std::uint8_t>(c)));
  };
  for (; at < end; at += 2 * kLane) {
    const std::uint64_t bits = bits_in(at) | bits_in(at + kLane) << kLane;
    if (bits == 0) continue;
    const char* const found = at + std::countr_zero(bits);
    return found < end ? found : end;
  }
  return end;
}

}  // namespace logmill::base
