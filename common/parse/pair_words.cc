#include "parse/pair_words.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/processor.h"
#include "text/quote_bits.h"

namespace logmill::parse {

// At the beginning of a block: bits of the byte before it, and all bits of whether a quote is open.
struct PairWords::State {
  std::uint64_t behind_gap = 1, behind_backslash = 0, behind_close = 0, open = 0;
  std::uint64_t odd = 0;  // something is not as in a usual line
  std::uint64_t backslashes = 0, brackets = 0;
  std::size_t quotes = 0;
};

void PairWords::Block::cut(std::size_t left) {
  if (left >= kBlockBytes) return;
  const std::uint64_t beyond = ~std::uint64_t{0} << left;
  blanks |= beyond;
  quotes &= ~beyond;
  backslashes &= ~beyond;
  brackets &= ~beyond;
}

// `sums` are those of its quotes.
std::uint64_t PairWords::begins_in(const Block& block, std::uint64_t sums, State& state) {
  state.backslashes |= block.backslashes;
  state.brackets |= block.brackets;
  state.quotes += static_cast<std::size_t>(std::popcount(block.quotes));
  const std::uint64_t inside = sums ^ state.open;
  const std::uint64_t closing = block.quotes & ~inside, gaps = block.blanks & ~inside;
  state.odd |= (block.backslashes << 1 | state.behind_backslash) & block.quotes;
  state.odd |= (closing << 1 | state.behind_close) & ~block.blanks;
  const std::uint64_t begins = ~gaps & (gaps << 1 | state.behind_gap);
  state.open = inside >> 63 != 0 ? ~std::uint64_t{0} : 0;
  state.behind_backslash = block.backslashes >> 63;
  state.behind_close = closing >> 63;
  state.behind_gap = gaps >> 63;
  return begins;
}

bool PairWords::keep(std::size_t size, const State& state) {
  size_ = size;
  quotes_ = state.quotes;
  has_backslash_ = state.backslashes != 0;
  has_bracket_ = state.brackets != 0;
  return size > 0 && state.odd == 0 && state.open == 0;
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))) bool PairWords::find_wide() {
  // Of most blocks: to put so many, whatever there is, takes no branch to guess.
  constexpr std::size_t kPutAtOnce = 6;
  const __m256i blank = _mm256_set1_epi8(' '), quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
  const __m256i bracket = _mm256_set1_epi8('[');
  State state;
  std::size_t size = 0;
  for (std::size_t at = 0; at < line_.size(); at += kBlockBytes) {
    Block block;
    for (std::size_t lane_at = 0; lane_at < kBlockBytes; lane_at += sizeof(__m256i)) {
      const __m256i lane = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(line_.data() + at + lane_at));
      block.blanks |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lane, blank)))} << lane_at;
      block.quotes |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lane, quote)))} << lane_at;
      block.backslashes |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lane, backslash)))} << lane_at;
      block.brackets |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lane, bracket)))} << lane_at;
    }
    block.cut(line_.size() - at);
    std::uint64_t begins = begins_in(block, text::running_xor(block.quotes), state);
    const auto count = static_cast<std::size_t>(std::popcount(begins));
    for (std::size_t put = 0; put < count || put == 0; put += kPutAtOnce)
      for (std::size_t i = 0; i < kPutAtOnce; ++i) {
        begins_[size + put + i] = static_cast<std::uint16_t>(at + static_cast<std::size_t>(std::countr_zero(begins)));
        begins &= begins - 1;
      }
    size += count;
    if (size > kWordsMax) return false;
  }
  return keep(size, state);
}

__attribute__((target("avx512bw,avx512vbmi2,pclmul,bmi,bmi2,lzcnt,popcnt"))) bool PairWords::find_wider() {
  const __m512i blank = _mm512_set1_epi8(' '), quote = _mm512_set1_epi8('"'), backslash = _mm512_set1_epi8('\\');
  const __m512i bracket = _mm512_set1_epi8('[');
  alignas(kBlockBytes) static constexpr auto kOffsets = [] {
    std::array<char, kBlockBytes> offsets{};
    for (std::size_t i = 0; i < kBlockBytes; ++i) offsets[i] = static_cast<char>(i);
    return offsets;
  }();
  const __m512i offsets = _mm512_load_si512(kOffsets.data());
  const std::string_view line = line_;
  State state;
  std::uint16_t* to = begins_.data();
  for (std::size_t at = 0; at < line.size(); at += kBlockBytes) {
    const __m512i bytes = _mm512_loadu_si512(line.data() + at);
    Block block = {_mm512_cmpeq_epi8_mask(bytes, blank), _mm512_cmpeq_epi8_mask(bytes, quote), _mm512_cmpeq_epi8_mask(bytes, backslash),
                   _mm512_cmpeq_epi8_mask(bytes, bracket)};
    block.cut(line.size() - at);
    // As a product without carries.
    const __m128i sums = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(block.quotes)), _mm_set1_epi8(-1), 0);
    const std::uint64_t begins = begins_in(block, static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)), state);
    // In every second byte at most.
    const __m256i found = _mm512_castsi512_si256(_mm512_maskz_compress_epi8(begins, offsets));
    const __m512i places = _mm512_add_epi16(_mm512_cvtepu8_epi16(found), _mm512_set1_epi16(static_cast<short>(at)));
    _mm512_storeu_si512(to, places);
    to += std::popcount(begins);
    if (to > begins_.data() + kWordsMax) return false;
  }
  return keep(static_cast<std::size_t>(to - begins_.data()), state);
}
#endif

bool PairWords::find(std::string_view line) {
  line_ = line;
  if (line.size() > kBytesMax) return false;
#if defined(__x86_64__)
  if (vector_bytes_max_ >= 64 && base::processor().moves_bytes) return find_wider();
  if (vector_bytes_max_ >= 32 && base::processor().wide) return find_wide();
#endif
  return false;
}

}  // namespace logmill::parse
