#include "text/byte_marks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>

#include "base/byte_lanes.h"
#include "base/processor.h"
#include "text/put_marks.h"

namespace logmill::text {
namespace {

using Kind = ByteMarks::Kind;

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kUsualBytes = 64 << 10;
// Text that lies in a map was not looked at before: without a hint each page begins with a wait for memory.
constexpr std::size_t kAheadBytes = 4096;
// More than any way puts behind the last mark.
constexpr std::size_t kPutBehindMax = kBlockBytes;

template <Kind kind>
constexpr std::size_t kPutAtOnce = kind == Kind::line_ends ? 2 : 16;

template <Kind kind>
std::uint32_t* mark_blocks(std::string_view text, std::uint32_t* to) {
  using base::Bytes16;
  for (std::size_t block = 0; block < text.size(); block += kBlockBytes) {
    __builtin_prefetch(text.data() + block + kAheadBytes);
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < kBlockBytes; at += sizeof(Bytes16)) {
      const Bytes16 lane = base::load_lane(text.data() + block + at);
      const auto marked = kind == Kind::line_ends ? (lane == '\n') : (lane == '"') | (lane == '\\') | (lane < 0x20);
      bits |= base::bits_of(reinterpret_cast<Bytes16>(marked)) << at;
    }
    to = put_marks<kPutAtOnce<kind>>(bits, static_cast<std::uint32_t>(block), to);
  }
  return to;
}

#if defined(__x86_64__)
template <Kind kind>
__attribute__((target("avx2,bmi,popcnt"))) std::uint32_t* mark_wide(std::string_view text, std::uint32_t* to) {
  const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
  const __m256i line_end = _mm256_set1_epi8('\n');
  for (std::size_t block = 0; block < text.size(); block += kBlockBytes) {
    __builtin_prefetch(text.data() + block + kAheadBytes);
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < kBlockBytes; at += sizeof(__m256i)) {
      const __m256i lane = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + block + at));
      __m256i marked = _mm256_cmpeq_epi8(lane, line_end);
      if constexpr (kind == Kind::json_strings) {
        const __m256i ends = _mm256_or_si256(_mm256_cmpeq_epi8(lane, quote), _mm256_cmpeq_epi8(lane, backslash));
        marked = _mm256_or_si256(ends, _mm256_cmpeq_epi8(_mm256_min_epu8(lane, control), lane));
      }
      bits |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(marked))} << at;
    }
    to = put_marks<kPutAtOnce<kind>>(bits, static_cast<std::uint32_t>(block), to);
  }
  return to;
}

template <Kind kind>
__attribute__((target("avx512bw,avx512vbmi2,popcnt"))) std::uint32_t* mark_wider(std::string_view text, std::uint32_t* to) {
  const __m512i quote = _mm512_set1_epi8('"'), backslash = _mm512_set1_epi8('\\'), blank = _mm512_set1_epi8(' ');
  const __m512i line_end = _mm512_set1_epi8('\n');
  for (std::size_t offset = 0; offset < text.size(); offset += kBlockBytes) {
    __builtin_prefetch(text.data() + offset + kAheadBytes);
    const __m512i bytes = _mm512_loadu_si512(text.data() + offset);
    std::uint64_t bits = _mm512_cmpeq_epi8_mask(bytes, line_end);
    if constexpr (kind == Kind::json_strings) {
      const std::uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, quote) | _mm512_cmpeq_epi8_mask(bytes, backslash);
      bits = ends | _mm512_cmplt_epu8_mask(bytes, blank);
    }
    to = put_marks_wider(bits, static_cast<std::uint32_t>(offset), to);
  }
  return to;
}
#endif

template <Kind kind>
std::uint32_t* mark_all(std::string_view text, std::uint32_t* to, std::size_t vector_bytes_max) {
#if defined(__x86_64__)
  if (vector_bytes_max >= 64 && base::processor().moves_bytes) return mark_wider<kind>(text, to);
  if (vector_bytes_max >= 32 && base::processor().wide) return mark_wide<kind>(text, to);
#else
  static_cast<void>(vector_bytes_max);
#endif
  return mark_blocks<kind>(text, to);
}

}  // namespace

void ByteMarks::mark(std::string_view text) {
  text_ = text;
  reserve(text.size());
  std::uint32_t* const begin = marks_.get();
  std::uint32_t* end = kind_ == Kind::line_ends ? mark_all<Kind::line_ends>(text, begin, vector_bytes_max_)
                                                : mark_all<Kind::json_strings>(text, begin, vector_bytes_max_);
  // Of the last block.
  while (end != begin && end[-1] >= text.size()) --end;
  std::fill_n(end, kSentinels, static_cast<std::uint32_t>(text.size()));
  next_ = begin;
}

void ByteMarks::reserve(std::size_t bytes) {
  if (marks_ && bytes <= capacity_) return;
  capacity_ = std::max({kUsualBytes, bytes, std::min(2 * capacity_, bytes + kUsualBytes)});
  // Few of them are touched.
  marks_ = std::make_unique_for_overwrite<std::uint32_t[]>(capacity_ + kBlockBytes + kSentinels + kPutBehindMax);
}

void ByteMarks::forget() {
  text_ = {};
  if (capacity_ <= kUsualBytes) return;
  marks_.reset();
  capacity_ = 0;
}

}  // namespace logmill::text
