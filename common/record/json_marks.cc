#include "record/json_marks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/byte_lanes.h"

namespace logmill::record {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kUsualBytes = 64 << 10;
// Text that lies in a map was not looked at before: without a hint each page begins with a wait for memory.
constexpr std::size_t kAheadBytes = 4096;

// Hardly a block has more marks: to put so many, whatever there is, takes no branch to guess. What is put behind the last is put again.
constexpr std::size_t kPutAtOnce = 16;

[[gnu::always_inline]] inline std::uint32_t* put_marks(std::uint64_t bits, std::uint32_t block, std::uint32_t* to) {
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  for (std::size_t put = 0; put < count || put == 0; put += kPutAtOnce)
    for (std::size_t i = 0; i < kPutAtOnce; ++i) {
      to[put + i] = block + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  return to + count;
}

std::uint32_t* mark_blocks(std::string_view text, std::uint32_t* to) {
  using base::Bytes16;
  for (std::size_t block = 0; block < text.size(); block += kBlockBytes) {
    __builtin_prefetch(text.data() + block + kAheadBytes);
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < kBlockBytes; at += sizeof(Bytes16)) {
      const Bytes16 lane = base::load_lane(text.data() + block + at);
      bits |= base::bits_of(reinterpret_cast<Bytes16>((lane == '"') | (lane == '\\') | (lane < 0x20))) << at;
    }
    to = put_marks(bits, static_cast<std::uint32_t>(block), to);
  }
  return to;
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,popcnt"))) std::uint32_t* mark_wide(std::string_view text, std::uint32_t* to) {
  const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
  for (std::size_t block = 0; block < text.size(); block += kBlockBytes) {
    __builtin_prefetch(text.data() + block + kAheadBytes);
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < kBlockBytes; at += sizeof(__m256i)) {
      const __m256i lane = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + block + at));
      const __m256i ends = _mm256_or_si256(_mm256_cmpeq_epi8(lane, quote), _mm256_cmpeq_epi8(lane, backslash));
      const __m256i all = _mm256_or_si256(ends, _mm256_cmpeq_epi8(_mm256_min_epu8(lane, control), lane));
      bits |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(all))} << at;
    }
    to = put_marks(bits, static_cast<std::uint32_t>(block), to);
  }
  return to;
}

__attribute__((target("avx512bw,popcnt"))) std::uint32_t* mark_wider(std::string_view text, std::uint32_t* to) {
  const __m512i quote = _mm512_set1_epi8('"'), backslash = _mm512_set1_epi8('\\'), blank = _mm512_set1_epi8(' ');
  const __m512i step = _mm512_set1_epi32(16);
  __m512i offsets = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (std::size_t block = 0; block < text.size(); block += kBlockBytes) {
    __builtin_prefetch(text.data() + block + kAheadBytes);
    const __m512i bytes = _mm512_loadu_si512(text.data() + block);
    const std::uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, quote) | _mm512_cmpeq_epi8_mask(bytes, backslash);
    std::uint64_t bits = ends | _mm512_cmplt_epu8_mask(bytes, blank);
    for (std::size_t at = 0; at < kBlockBytes; at += 16) {
      const auto marked = static_cast<__mmask16>(bits);
      _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(marked, offsets));
      to += std::popcount(marked);
      offsets = _mm512_add_epi32(offsets, step);
      bits >>= 16;
    }
  }
  return to;
}
#endif

}  // namespace

void JsonMarks::mark(std::string_view text) {
  text_ = text;
  reserve(text.size());
#if defined(__x86_64__)
  const std::size_t vector_bytes = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt") ? vector_bytes_max_ : 0;
  std::uint32_t* end = nullptr;
  if (vector_bytes >= 64 && __builtin_cpu_supports("avx512bw"))
    end = mark_wider(text, marks_.get());
  else if (vector_bytes >= 32 && __builtin_cpu_supports("avx2"))
    end = mark_wide(text, marks_.get());
  else
    end = mark_blocks(text, marks_.get());
#else
  std::uint32_t* end = mark_blocks(text, marks_.get());
#endif
  // Of the last block.
  while (end != marks_.get() && end[-1] >= text.size()) --end;
  std::fill_n(end, kSentinels, static_cast<std::uint32_t>(text.size()));
  next_ = marks_.get();
}

void JsonMarks::reserve(std::size_t bytes) {
  if (marks_ && bytes <= capacity_) return;
  capacity_ = std::max({kUsualBytes, bytes, std::min(2 * capacity_, bytes + kUsualBytes)});
  // Few of them are touched.
  marks_ = std::make_unique_for_overwrite<std::uint32_t[]>(capacity_ + kBlockBytes + kSentinels + kPutAtOnce);
}

void JsonMarks::forget() {
  text_ = {};
  if (capacity_ <= kUsualBytes) return;
  marks_.reset();
  capacity_ = 0;
}

}  // namespace logmill::record
