#include "parse/dated.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/byte_lanes.h"
#include "parse/cursor.h"

namespace logmill::parse {
namespace {

constexpr std::size_t kHead = 64, kLane = 16;
constexpr std::size_t kMinute = 16, kSecondEnd = 19;

constexpr std::uint64_t bits_from(std::size_t at) { return at < kHead ? ~std::uint64_t{0} << at : 0; }
constexpr std::uint64_t lowest(std::uint64_t bits) { return bits & -bits; }

// Of the head behind the minute, a bit for each byte: those that are blank, and those of "[]:\t".
struct Head {
  std::uint64_t blanks = 0, marks = 0;

  explicit Head(std::string_view line) {
    if (line.size() >= kHead) {
      look_at(line.data());
      return;
    }
    char copy[kHead];
    std::memset(copy, ' ', kHead);
    std::memcpy(copy, line.data(), line.size());
    look_at(copy);
  }

 private:
  void look_at(const char* bytes) {
    look_at_lane<1>(bytes);
    look_at_lane<2>(bytes);
    look_at_lane<3>(bytes);
  }
  template <std::size_t kNumber>
  void look_at_lane(const char* bytes) {
    const base::Bytes16 lane = base::load_lane(bytes + kNumber * kLane);
    const auto all_of = [&](char c) { return reinterpret_cast<base::Bytes16>(lane == static_cast<std::uint8_t>(c)); };
    blanks |= base::bits_of(all_of(' ')) << kNumber * kLane;
    marks |= base::bits_of(all_of('[') | all_of(']') | all_of(':') | all_of('\t')) << kNumber * kLane;
  }
};

// The two words behind the time, as bits of the head.
struct Words {
  std::uint64_t bits, begins, ends;  // of all of their bytes, the first ones and the last ones
  bool known;                        // else they may go on behind the head, or the first one may belong to the time ("+0100", "UTC")
};

Words words_of(std::string_view line, const Head& head) {
  // Negated, a bit stands for itself and all behind it.
  const std::uint64_t blank = lowest(head.blanks & bits_from(kSecondEnd));
  const std::uint64_t first = lowest(~head.blanks & -blank), first_end = lowest(head.blanks & -first);
  const std::uint64_t second = lowest(~head.blanks & -first_end), second_end = lowest(head.blanks & -second);
  if (second_end == 0) return {0, 0, 0, false};
  const char c = line[static_cast<std::size_t>(std::countr_zero(first))];
  const bool is_zone = ((c == '+' || c == '-') && first_end != first << 1) || c == 'U' || c == 'G';
  return {(second_end - 1) & -first, first | second, first_end >> 1 | second_end >> 1, !is_zone};
}

}  // namespace

bool begins_with_minute(std::string_view line) {
  if (line.size() < kMinute || (line[10] != ' ' && line[10] != 'T')) return false;
  // Of a digit and '0' only the last bits differ, by up to 9.
  const base::Bytes16 zeros = base::load_lane("0000-00-00 00:00"), most = {9, 9, 9, 9, 0, 9, 9, 0, 9, 9, 255, 9, 9, 0, 9, 9};
  return base::bits_of(reinterpret_cast<base::Bytes16>((base::load_lane(line.data()) ^ zeros) <= most)) == 0xffff;
}

std::uint8_t dated_marks(std::string_view line) {
  const Head head(line);
  const Words words = words_of(line, head);
  unsigned marks = dated::kAny | dated::kNoBracket;
  if (line[10] == 'T') marks |= dated::kT;
  if (line.size() > kSecondEnd && line[kSecondEnd] == '.') marks |= dated::kPoint;
  if (!words.known) marks |= dated::kTag;
  bool opened = false;  // in one of the words, behind its first byte
  for (std::uint64_t bits = head.marks; bits != 0; bits &= bits - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(bits));
    const std::uint64_t bit = lowest(bits);
    switch (line[at]) {
      case ':':
        if ((words.bits & bit) != 0) marks |= dated::kTag;
        break;
      case '[':
        marks &= ~unsigned{dated::kNoBracket};
        if (at + 1 < line.size() && is_digit(line[at + 1])) marks |= dated::kBracket;
        opened |= (words.bits & ~words.begins & bit) != 0;
        break;
      case ']':
        if (opened && (words.ends & bit) != 0) marks |= dated::kTag;
        break;
      default: marks |= dated::kTab;
    }
  }
  return static_cast<std::uint8_t>(marks);
}

}  // namespace logmill::parse
