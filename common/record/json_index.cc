#include "record/json_index.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <limits>
#include <new>

#include "base/byte_lanes.h"
#include "base/processor.h"
#include "text/put_marks.h"
#include "text/quote_bits.h"
#include "text/utf8.h"

namespace logmill::record {
namespace {

using base::Bytes16;

constexpr std::size_t kBlockBytes = 64;
// The index needs four bytes for each byte of text, of which few are touched.
constexpr std::size_t kUsualCapacity = 256 << 10;
constexpr std::size_t kBytesMax = std::numeric_limits<std::uint32_t>::max() - kBlockBytes;
// As many tokens as a block of logs hardly exceeds.
constexpr std::size_t kPutAtOnce = 16;

// A bit for each byte of a block.
struct Block {
  std::uint64_t quotes = 0, backslashes = 0, marks = 0, blanks = 0, controls = 0, high = 0;
};

// Of the blocks so far.
struct Found {
  std::uint32_t* end;                    // of the tokens
  std::uint64_t escape = 0, in_run = 0;  // 0 or 1, for the block to come
  std::uint64_t in_string = 0;           // 0 or all bits
  std::uint64_t controls = 0, high = 0;

  // The tokens of the block at `at`.
  [[gnu::always_inline]] std::uint64_t add(const Block& block, std::string_view text, std::size_t at) {
    const std::size_t left = text.size() - at;
    const std::uint64_t in_text = left < kBlockBytes ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0};
    const std::uint64_t quotes = block.quotes & ~text::escaped_by(block.backslashes, escape) & in_text;
    const std::uint64_t strings = text::running_xor(quotes) ^ in_string;  // with the first quote, without the last
    const std::uint64_t others = ~(strings | quotes | block.marks | block.blanks);
    const std::uint64_t tokens = (block.marks & ~strings) | (quotes & strings) | (others & ~(others << 1 | in_run));
    in_string = std::uint64_t{0} - (strings >> (kBlockBytes - 1));
    in_run = others >> (kBlockBytes - 1);
    controls |= block.controls & strings & in_text;
    high |= block.high & in_text;
    return tokens & in_text;
  }
};

void find_tokens(std::string_view text, Found& found) {
  for (std::size_t at = 0; at < text.size(); at += kBlockBytes) {
    Block block;
    for (std::size_t lane = 0; lane < kBlockBytes; lane += sizeof(Bytes16)) {
      const Bytes16 bytes = base::load_lane(text.data() + at + lane);
      const Bytes16 braces = bytes | 0x20;  // of brackets, too
      const auto bits = [lane](auto mask) { return base::bits_of(reinterpret_cast<Bytes16>(mask)) << lane; };
      block.quotes |= bits(bytes == '"');
      block.backslashes |= bits(bytes == '\\');
      block.marks |= bits((braces == '{') | (braces == '}') | (bytes == ':') | (bytes == ','));
      block.blanks |= bits((bytes == ' ') | (bytes == '\n') | (bytes == '\t') | (bytes == '\r'));
      block.controls |= bits(bytes < 0x20);
      block.high |= bits(bytes >= 0x80);
    }
    found.end = text::put_marks<kPutAtOnce>(found.add(block, text, at), static_cast<std::uint32_t>(at), found.end);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,popcnt"))) void find_tokens_wide(std::string_view text, Found& found) {
  using Wide = std::uint8_t __attribute__((vector_size(sizeof(__m256i))));
  for (std::size_t at = 0; at < text.size(); at += kBlockBytes) {
    Block block;
    for (std::size_t lane = 0; lane < kBlockBytes; lane += sizeof(Wide)) {
      const auto bytes = reinterpret_cast<Wide>(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at + lane)));
      const Wide braces = bytes | 0x20;
      const auto bits = [lane](auto mask) __attribute__((target("avx2"), always_inline)) {
        return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(reinterpret_cast<__m256i>(mask)))} << lane;
      };
      block.quotes |= bits(bytes == '"');
      block.backslashes |= bits(bytes == '\\');
      block.marks |= bits((braces == '{') | (braces == '}') | (bytes == ':') | (bytes == ','));
      block.blanks |= bits((bytes == ' ') | (bytes == '\n') | (bytes == '\t') | (bytes == '\r'));
      block.controls |= bits(bytes < 0x20);
      block.high |= bits(bytes);
    }
    found.end = text::put_marks<kPutAtOnce>(found.add(block, text, at), static_cast<std::uint32_t>(at), found.end);
  }
}

__attribute__((target("avx512bw,avx512vbmi2,bmi,popcnt"))) void find_tokens_wider(std::string_view text, Found& found) {
  for (std::size_t at = 0; at < text.size(); at += kBlockBytes) {
    const __m512i bytes = _mm512_loadu_si512(text.data() + at);
    const __m512i braces = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    const auto is = [](__m512i lane, char c) __attribute__((target("avx512bw"), always_inline)) {
      return std::uint64_t{_mm512_cmpeq_epi8_mask(lane, _mm512_set1_epi8(c))};
    };
    const Block block{.quotes = is(bytes, '"'),
                      .backslashes = is(bytes, '\\'),
                      .marks = is(braces, '{') | is(braces, '}') | is(bytes, ':') | is(bytes, ','),
                      .blanks = is(bytes, ' ') | is(bytes, '\n') | is(bytes, '\t') | is(bytes, '\r'),
                      .controls = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
                      .high = _mm512_movepi8_mask(bytes)};
    found.end = text::put_marks_wider(found.add(block, text, at), static_cast<std::uint32_t>(at), found.end);
  }
}
#endif

void find_all_tokens(std::string_view text, Found& found, std::size_t vector_bytes_max) {
#if defined(__x86_64__)
  if (vector_bytes_max >= 64 && base::processor().moves_bytes) return find_tokens_wider(text, found);
  if (vector_bytes_max >= 32 && base::processor().wide) return find_tokens_wide(text, found);
#else
  static_cast<void>(vector_bytes_max);
#endif
  find_tokens(text, found);
}

}  // namespace

JsonIndex::Outcome JsonIndex::index(std::string_view text) {
  if (text.size() > kBytesMax || !reserve(text.size())) return Outcome::too_long;
  Found found{tokens_.get()};
  find_all_tokens(text, found, vector_bytes_max_);
  if (found.in_string != 0) return Outcome::open_string;
  if (found.controls != 0) return Outcome::control_character;
  if (found.end == tokens_.get()) return Outcome::empty;
  if (found.high != 0 && text::valid_utf8_prefix(text) != text.size()) return Outcome::invalid_utf8;
  std::fill_n(found.end, kSentinels, static_cast<std::uint32_t>(text.size()));
  return Outcome::good;
}

bool JsonIndex::reserve(std::size_t bytes) {
  if (tokens_ && bytes <= capacity_) return true;
  capacity_ = std::max({kUsualCapacity, 2 * capacity_, bytes});
  tokens_.reset(new (std::nothrow) std::uint32_t[capacity_ + kBlockBytes + kSentinels + kPutAtOnce]);
  return tokens_ != nullptr;
}

void JsonIndex::shrink() {
  if (capacity_ <= kUsualCapacity) return;
  tokens_.reset();
  capacity_ = 0;
}

}  // namespace logmill::record
