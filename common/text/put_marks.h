// The places of set bits, in their order, as offsets.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace logmill::text {

// Puts them behind `to`, `block` added to each, and gives the place behind the last. Hardly a block has more than `at_once` bits: to put so
// many, whatever there is, takes no branch to guess. What is put behind the last is put again: at most 64 and `at_once` in all may be
// written.
template <std::size_t at_once>
[[gnu::always_inline]] inline std::uint32_t* put_marks(std::uint64_t bits, std::uint32_t block, std::uint32_t* to) {
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  for (std::size_t put = 0; put < count || put == 0; put += at_once)
    for (std::size_t i = 0; i < at_once; ++i) {
      to[put + i] = block + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  return to + count;
}

#if defined(__x86_64__)
// The same for processors that move the places themselves. At most 64 are written.
__attribute__((target("avx512bw,avx512vbmi2,popcnt"), always_inline)) inline std::uint32_t* put_marks_wider(std::uint64_t bits,
                                                                                                            std::uint32_t block,
                                                                                                            std::uint32_t* to) {
  alignas(64) static constexpr auto kPlaces = [] {
    std::array<std::uint8_t, 64> places{};
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint8_t>(i);
    return places;
  }();
  const __m512i in_block = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kPlaces.data()));
  const __m512i blocks = _mm512_set1_epi32(static_cast<int>(block));
  const auto put = [ to, blocks ](std::size_t at, __m128i places) __attribute__((target("avx512bw,avx512vbmi2,popcnt"), always_inline)) {
    _mm512_storeu_si512(to + at, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), blocks));
  };
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  put(0, _mm512_castsi512_si128(in_block));
  if (count > 16) [[unlikely]] {
    put(16, _mm512_extracti32x4_epi32(in_block, 1));
    put(32, _mm512_extracti32x4_epi32(in_block, 2));
    put(48, _mm512_extracti32x4_epi32(in_block, 3));
  }
  return to + count;
}
#endif

}  // namespace logmill::text
