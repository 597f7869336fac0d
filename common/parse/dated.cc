#include "parse/dated.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/byte_lanes.h"
#include "base/processor.h"
#include "parse/cursor.h"

namespace logmill::parse {
namespace {

constexpr std::size_t kHead = 64, kLane = 16;
constexpr std::size_t kMinute = 16, kSecondEnd = 19;

constexpr std::uint64_t bits_from(std::size_t at) { return at < kHead ? ~std::uint64_t{0} << at : 0; }
constexpr std::uint64_t lowest(std::uint64_t bits) { return bits & -bits; }

// Of the head behind the minute, a bit for each byte that is one of these.
struct Head {
  std::uint64_t blanks = 0, opens = 0, closes = 0, colons = 0, tabs = 0;
};

template <std::size_t kNumber>
void look_at_lane(const char* bytes, Head& head) {
  const base::Bytes16 lane = base::load_lane(bytes + kNumber * kLane);
  const auto bits_of = [&](char c) {
    return base::bits_of(reinterpret_cast<base::Bytes16>(lane == static_cast<std::uint8_t>(c))) << kNumber * kLane;
  };
  head.blanks |= bits_of(' ');
  head.opens |= bits_of('[');
  head.closes |= bits_of(']');
  head.colons |= bits_of(':');
  head.tabs |= bits_of('\t');
}

// Blank behind the end of the line.
Head head_of(std::string_view line) {
  char copy[kHead];
  if (line.size() < kHead) {
    std::memset(copy, ' ', kHead);
    std::memcpy(copy, line.data(), line.size());
  }
  const char* const bytes = line.size() < kHead ? copy : line.data();
  Head head;
  look_at_lane<1>(bytes, head);
  look_at_lane<2>(bytes, head);
  look_at_lane<3>(bytes, head);
  return head;
}

// The two words behind the time, as bits of the head.
struct Words {
  std::uint64_t bits, begins, ends;  // of all of their bytes, the first ones and the last ones
  bool known;                        // else they may go on behind the head, or the first one may belong to the time ("+0100", "UTC")
};

[[gnu::always_inline]] inline Words words_of(std::string_view line, const Head& head) {
  // Negated, a bit stands for itself and all behind it.
  const std::uint64_t blank = lowest(head.blanks & bits_from(kSecondEnd));
  const std::uint64_t first = lowest(~head.blanks & -blank), first_end = lowest(head.blanks & -first);
  const std::uint64_t second = lowest(~head.blanks & -first_end), second_end = lowest(head.blanks & -second);
  if (second_end == 0) return {0, 0, 0, false};
  const char c = line[static_cast<std::size_t>(std::countr_zero(first))];
  const bool is_zone = ((c == '+' || c == '-') && first_end != first << 1) || c == 'U' || c == 'G';
  return {(second_end - 1) & -first, first | second, first_end >> 1 | second_end >> 1, !is_zone};
}

[[gnu::always_inline]] inline std::uint8_t marks_of(std::string_view line, const Head& head) {
  const Words words = words_of(line, head);
  // "sshd[815]": behind the first byte of a word, and before the last of one.
  const std::uint64_t opens = head.opens & words.bits & ~words.begins, closes = head.closes & words.ends;
  const bool may_be_tag = !words.known || (head.colons & words.bits) != 0 || (opens != 0 && closes > lowest(opens));
  bool bracket = false;
  for (std::uint64_t bits = head.opens; bits != 0; bits &= bits - 1) {
    const auto behind = static_cast<std::size_t>(std::countr_zero(bits)) + 1;
    bracket |= behind < line.size() && is_digit(line[behind]);
  }
  const auto mark_if = [](bool is, std::uint8_t mark) { return is ? unsigned{mark} : 0U; };
  return static_cast<std::uint8_t>(dated::kAny | mark_if(line[10] == 'T', dated::kT) |
                                   mark_if(line.size() > kSecondEnd && line[kSecondEnd] == '.', dated::kPoint) |
                                   mark_if(head.tabs != 0, dated::kTab) | mark_if(bracket, dated::kBracket) |
                                   mark_if(head.opens == 0, dated::kNoBracket) | mark_if(may_be_tag, dated::kTag));
}

#if defined(__x86_64__)
__attribute__((target("avx512bw,bmi"))) std::uint8_t marks_by_wide_lane(std::string_view line) {
  const __mmask64 there = line.size() < kHead ? ~(~std::uint64_t{0} << line.size()) : ~std::uint64_t{0};
  const __m512i bytes = _mm512_mask_loadu_epi8(_mm512_set1_epi8(' '), there, line.data());
  constexpr std::uint64_t kBehindMinute = bits_from(kMinute);
  return marks_of(line, {.blanks = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')) & kBehindMinute,
                         .opens = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('[')) & kBehindMinute,
                         .closes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(']')) & kBehindMinute,
                         .colons = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(':')) & kBehindMinute,
                         .tabs = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\t')) & kBehindMinute});
}
#endif

}  // namespace

bool begins_with_minute(std::string_view line) {
  if (line.size() < kMinute || (line[10] != ' ' && line[10] != 'T')) return false;
  // Of a digit and '0' only the last bits differ, by up to 9.
  const base::Bytes16 zeros = base::load_lane("0000-00-00 00:00"), most = {9, 9, 9, 9, 0, 9, 9, 0, 9, 9, 255, 9, 9, 0, 9, 9};
  return base::bits_of(reinterpret_cast<base::Bytes16>((base::load_lane(line.data()) ^ zeros) <= most)) == 0xffff;
}

std::uint8_t dated_marks(std::string_view line, std::size_t vector_bytes_max) {
#if defined(__x86_64__)
  if (vector_bytes_max >= kHead && base::processor().wider) return marks_by_wide_lane(line);
#endif
  return marks_of(line, head_of(line));
}

}  // namespace logmill::parse
