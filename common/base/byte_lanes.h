// Sixteen bytes looked at together, on any machine: the compiler makes SSE2, NEON or plain integers
// of it.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

}  // namespace logmill::base
