#include "record/json_skim.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "base/hex.h"
#include "base/processor.h"
#include "record/fields.h"
#include "record/json_scalar.h"
#include "text/digits.h"
#include "text/quote_bits.h"
#include "text/tokens.h"

namespace logmill::record {
namespace {

// Names of which the reader makes no more fields, and a bit less.
constexpr std::ptrdiff_t kAskedPartsMax = 30;
constexpr std::size_t kNameBytesMax = 100;
// Of what is looked at behind the colons of keys that are not asked for: more would take longer than it saves.
constexpr std::size_t kEndingsMax = 64;
// How deep objects and arrays may be nested.
constexpr int kNestingMax = 60;
// Text that lies in a map was not looked at before: without a hint each page begins with a wait for memory.
constexpr std::size_t kAheadBytes = 4096;

// What a byte is, outside of strings; a blank stands for each byte of a string up to its last quote.
enum Is : std::uint8_t {
  kOpen = 1,
  kScalar = 2,
  kClose = 4,
  kComma = 8,
  kColon = 16,
  kBlankOrString = 32,
  kPointOrLineEnd = 64,
  kLetter = 128,  // of a scalar, and signs: has to be looked at closely
};

struct Tables {
  static constexpr std::size_t kBytes = 128;
  std::array<std::uint8_t, kBytes> is{}, before{};  // what may follow it
  std::array<std::uint8_t, kBytes> escaped{};       // whether it may stand behind a backslash
};

// What is wrong with a line that this lets pass shows in its marks.
constexpr Tables kTables = [] {
  Tables tables;
  const auto set = [&tables](std::string_view bytes, unsigned is, unsigned before) {
    for (const char c : bytes) {
      tables.is[static_cast<std::uint8_t>(c)] = static_cast<std::uint8_t>(is);
      tables.before[static_cast<std::uint8_t>(c)] = static_cast<std::uint8_t>(before);
    }
  };
  constexpr unsigned kValue = kOpen | kScalar | kBlankOrString, kBehindValue = kClose | kComma;
  set("{", kOpen, kBlankOrString | kClose);
  set("[", kOpen, kValue | kClose);
  set("}]", kClose, kBehindValue | kPointOrLineEnd);
  set(":", kColon, kValue);
  set(",", kComma, kValue);
  set(" ", kBlankOrString, kValue);
  set("\n", kPointOrLineEnd, kOpen | kPointOrLineEnd);
  set("\"", kBlankOrString, kBehindValue | kColon);  // the last one of a string
  set("0123456789", kScalar, kScalar | kBehindValue | kPointOrLineEnd);
  set(".", kPointOrLineEnd, kScalar);
  set("-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", kScalar | kLetter, kScalar | kBehindValue | kPointOrLineEnd);
  for (const char c : std::string_view("\"\\/bfnrtu")) tables.escaped[static_cast<std::uint8_t>(c)] = 1;
  return tables;
}();

// So many marks before the first may be looked at.
constexpr std::size_t kMarksBefore = 2;
// In marks: a brace at which an object without members begins.
constexpr char kBeginsEmpty = '<';

bool is_plain(std::string_view name) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7f && std::string_view("\"\\/").find(c) == std::string_view::npos; };
  return !name.empty() && std::ranges::all_of(name, plain);
}

bool is_in_scalar(char c) {
  const std::size_t byte = static_cast<std::uint8_t>(c) % Tables::kBytes;
  return (kTables.is[byte] & (kScalar | kPointOrLineEnd)) != 0 && (kTables.before[byte] & kOpen) == 0;
}
bool ends_value(char c) { return (c | 0x20) == '}' || c == ','; }

// Most of those in which letters stand.
inline bool is_word(const char* at) {
  const auto word = base::load_le<std::uint32_t>(at);
  const auto letters = [](const char* text) { return base::load_le<std::uint32_t>(text); };
  if (word == letters("true") || word == letters("null")) return ends_value(at[4]);
  return word == letters("fals") && at[4] == 'e' && ends_value(at[5]);
}

// The scalar in which a letter or sign stands at `at`, up to its end.
bool is_scalar_around(const char* at, const char* begin, const char* end) {
  while (at > begin && is_in_scalar(at[-1])) --at;
  const char* const behind = skip_plain(at, end);
  return behind != at && ends_value(*behind);
}

// Of a code point of ASCII, where `digits` are the four of an escape; 0x80 of another one, more if that is none.
unsigned ascii_of_escape(const char* digits) {
  unsigned code = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = base::hex_digit(digits[i]);
    if (digit < 0) return 0x100;
    code = code << 4 | static_cast<unsigned>(digit);
  }
  return std::min(code, 0x80U);
}

}  // namespace

JsonSkim::JsonSkim(const AskedFields& asked, std::size_t vector_bytes_max) {
  const auto names = asked.names();
  if (!base::processor().moves_bytes || vector_bytes_max < kBlockBytes || !names) return;
  usable_ = true;
  for (const std::string& name : *names) add_name(name);
  usable_ = usable_ && endings_.size() <= kEndingsMax;
  if (usable_) find_endings();
}

void JsonSkim::find_endings() {
  const auto slot_of = [](const Ending& ending) { return Ending::slot_of(ending.quoted.data() + ending.quoted.size()); };
  std::ranges::sort(endings_, {}, slot_of);
  std::vector<std::string_view> ends;
  for (Ending& ending : endings_) {
    char last[sizeof ending.last] = {};
    const std::size_t size = std::min(sizeof last, ending.quoted.size());
    std::memcpy(last + sizeof last - size, ending.quoted.data() + ending.quoted.size() - size, size);
    ending.last = base::load_le<std::uint64_t>(last);
    ending.last_bits = ~std::uint64_t{0} << 8 * (sizeof last - size);
    for (std::size_t slot = slot_of(ending) + 1; slot <= kSlots; ++slot) ++first_of_[slot];
    const std::string_view end = std::string_view(ending.quoted).substr(ending.quoted.size() - 3, 2);
    if (std::ranges::find(ends, end) == ends.end()) ends.push_back(end);
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto group = static_cast<std::uint8_t>(1U << i % 8);
    before_last_[static_cast<std::uint8_t>(ends[i][0]) % kHalf] |= group;
    last_[static_cast<std::uint8_t>(ends[i][1]) % kHalf] |= group;
  }
}

std::size_t JsonSkim::Ending::slot_of(const char* colon) {
  return (3 * static_cast<std::uint8_t>(colon[-3]) + static_cast<std::uint8_t>(colon[-2])) % kSlots;
}

// So many bytes stand there, and eight.
bool JsonSkim::Ending::stands_before(const char* colon) const {
  if (((base::load_le<std::uint64_t>(colon - 8) ^ last) & last_bits) != 0) return false;
  return quoted.size() <= 8 || std::memcmp(colon - quoted.size(), quoted.data(), quoted.size() - 8) == 0;
}

// Whatever is nested may also be written flat.
void JsonSkim::add_name(const std::string& name) {
  usable_ = usable_ && is_plain(name) && name.size() <= kNameBytesMax && std::ranges::count(name, '.') < kAskedPartsMax;
  // What is in it is no field.
  usable_ = usable_ && name != kMore && !name.starts_with(std::string(kMore) + ".");
  for (const char c : name) in_names_[static_cast<std::uint8_t>(c) % kAscii] = true;
  for (std::size_t at = 0; usable_ && at != std::string::npos; at = name.find('.', at)) {
    at += at > 0;
    const std::string quoted = '"' + name.substr(at) + '"';
    usable_ = quoted.size() > 2;
    auto ending = std::ranges::find(endings_, quoted, &Ending::quoted);
    if (ending == endings_.end()) ending = endings_.insert(ending, Ending{.quoted = quoted, .is_name = false, .prefixes = {}});
    if (at == 0)
      ending->is_name = true;
    else
      ending->prefixes.push_back(name.substr(0, at));
    if (at == 0) ++at;
  }
}

#if defined(__x86_64__)

#define LOGMILL_WIDE __attribute__((target("avx512bw,avx512vbmi,avx512vbmi2,pclmul,bmi,bmi2,popcnt")))

struct JsonSkim::Wide {
  using Bytes64 = __m512i;

  // Intrinsics without a mask make the compiler warn of what they leave undefined.
  static constexpr __mmask64 kAllBytes = ~std::uint64_t{0};
  LOGMILL_WIDE static Bytes64 all(char c) { return _mm512_set1_epi8(c); }
  LOGMILL_WIDE static Bytes64 half_table(const std::uint8_t* table) {
    return _mm512_maskz_broadcast_i32x4(0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(table)));
  }

  // From each quote to before the next one; all ones or none in `open`: whether a string is open before the block, and behind it.
  LOGMILL_WIDE static std::uint64_t strings_of(std::uint64_t quotes, std::uint64_t& open) {
    const __m128i bits = _mm_set_epi64x(0, static_cast<long long>(quotes));
    const __m128i product = _mm_clmulepi64_si128(bits, _mm_set1_epi8(-1), 0);
    const std::uint64_t strings = static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)) ^ open;
    open = static_cast<std::uint64_t>(static_cast<std::int64_t>(strings) >> 63);
    return strings;
  }

  static bool scalars_are_good(std::uint64_t letters, const char* block, std::string_view text);
  bool escapes_are_good(std::uint64_t escaped, Bytes64 bytes, const char* block) const;
  std::size_t mark(std::string_view text, std::size_t wanted);
  static std::size_t without_members(const char* marks, std::size_t count, char* fewer);
  static std::size_t without_pairs(const char* marks, std::size_t count, char* fewer, bool& nothing_left);
  bool nests(std::size_t count) const;

  // Braces and brackets that begin something, and that end it, in a block.
  struct Brackets {
    std::uint64_t open, close;
  };
  LOGMILL_WIDE static Brackets brackets_of(const char* block, std::uint64_t strings) {
    // They differ from each other in one bit.
    const Bytes64 folded = _mm512_or_si512(_mm512_loadu_si512(block), all(' '));
    return {_mm512_cmpeq_epi8_mask(folded, all('{')) & ~strings, _mm512_cmpeq_epi8_mask(folded, all('}')) & ~strings};
  }
  std::size_t depth_at(std::size_t offset) const;
  std::size_t around(std::size_t offset) const;
  std::size_t members_around() const;

  JsonSkim& skim;
};

// Each that has a letter or a sign: true, false, null and numbers. Flat: whatever is compiled for other processors waits for the upper
// parts of registers that are in use here.
LOGMILL_WIDE __attribute__((flatten)) bool JsonSkim::Wide::scalars_are_good(std::uint64_t letters, const char* block,
                                                                            std::string_view text) {
  for (std::uint64_t firsts = letters & ~(letters << 1); firsts != 0; firsts &= firsts - 1) {
    const char* const at = block + std::countr_zero(firsts);
    const bool is_first = at > text.data() && !is_in_scalar(at[-1]);
    if (is_first && is_word(at)) continue;
    if (!is_scalar_around(at, text.data(), text.data() + text.size())) return false;
  }
  return true;
}

// And none of them is in a name that is asked for.
LOGMILL_WIDE bool JsonSkim::Wide::escapes_are_good(std::uint64_t escaped, Bytes64 bytes, const char* block) const {
  const Bytes64 low = _mm512_loadu_si512(kTables.escaped.data()), high = _mm512_loadu_si512(kTables.escaped.data() + 64);
  const Bytes64 good = _mm512_permutex2var_epi8(low, bytes, high);
  if ((escaped & (_mm512_movepi8_mask(bytes) | _mm512_testn_epi8_mask(good, good))) != 0) return false;
  for (std::uint64_t codes = escaped & _mm512_cmpeq_epi8_mask(bytes, all('u')); codes != 0; codes &= codes - 1) {
    const unsigned code = ascii_of_escape(block + std::countr_zero(codes) + 1);
    if (code > 0x80 || (code < 0x80 && skim.in_names_[code])) return false;
  }
  return true;
}

// Fills all that is known of blocks, up to the end of the first line that goes up to `wanted`; the number of marks, or 0 if something is
// wrong.
LOGMILL_WIDE std::size_t JsonSkim::Wide::mark(std::string_view text, std::size_t wanted) {
  const Bytes64 is_low = _mm512_loadu_si512(kTables.is.data()), is_high = _mm512_loadu_si512(kTables.is.data() + 64);
  const Bytes64 before_low = _mm512_loadu_si512(kTables.before.data()), before_high = _mm512_loadu_si512(kTables.before.data() + 64);
  const Bytes64 last = half_table(skim.last_), before_last = half_table(skim.before_last_);
  alignas(64) static constexpr auto kOneBefore = [] {
    std::array<std::uint8_t, 64> places{};
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint8_t>((i + 63) % 64);
    return places;
  }();
  const Bytes64 one_before = _mm512_load_si512(kOneBefore.data());

  // A key begins behind what is in front of the text, but the bytes there may not be read.
  char first[3 + kBlockBytes];
  std::memset(first, '\n', 3);
  std::memcpy(first + 3, text.data(), kBlockBytes);
  const char* keys = first + 3;

  char* to = skim.marks_.get() + kMarksBefore;
  std::uint64_t open_string = 0, open_escape = 0;
  __mmask64 wrong = 0;
  bool good = true;
  Bytes64 last_may_follow = all(kOpen | kPointOrLineEnd);  // as behind a line end
  std::size_t size = 0;
  for (std::size_t at = 0; size == 0 && at < std::min(text.size(), kBytesMax); at += kBlockBytes) {
    const char* const block = text.data() + at;
    __builtin_prefetch(block + kAheadBytes);
    Bytes64 bytes = _mm512_loadu_si512(block);
    __mmask64 there = kAllBytes;
    if (text.size() - at < kBlockBytes) {
      there = (std::uint64_t{1} << (text.size() - at)) - 1;
      bytes = _mm512_mask_mov_epi8(all('\n'), there, bytes);
    }
    std::uint64_t line_ends = _mm512_cmpeq_epi8_mask(bytes, all('\n')) & there;
    if (at + kBlockBytes >= wanted) {
      const std::uint64_t ends = wanted > at + 1 ? line_ends & kAllBytes << (wanted - at - 1) : line_ends;
      if (ends != 0) {
        size = at + static_cast<std::size_t>(std::countr_zero(ends)) + 1;
        there &= ends ^ (ends - 1);
        line_ends &= there;
      }
    }
    skim.line_ends_[at / kBlockBytes] = line_ends;

    std::uint64_t quotes = _mm512_cmpeq_epi8_mask(bytes, all('"'));
    const std::uint64_t backslashes = _mm512_cmpeq_epi8_mask(bytes, all('\\'));
    if ((backslashes | open_escape) != 0) {
      const std::uint64_t escaped = text::escaped_by(backslashes, open_escape);
      quotes &= ~escaped;
      good = good && escapes_are_good(escaped & there, bytes, block);
    }
    const std::uint64_t strings = strings_of(quotes, open_string);
    skim.strings_[at / kBlockBytes] = strings;

    // Control characters stay, so that one in a string is wrong.
    const Bytes64 outside = _mm512_mask_min_epu8(bytes, strings, bytes, all(' '));
    const Bytes64 is = _mm512_permutex2var_epi8(is_low, outside, is_high);
    const Bytes64 may_follow =
        _mm512_maskz_permutexvar_epi8(kAllBytes, one_before, _mm512_permutex2var_epi8(before_low, outside, before_high));
    const Bytes64 may_stand = _mm512_mask_mov_epi8(may_follow, 1, last_may_follow);
    last_may_follow = may_follow;
    wrong |= (_mm512_testn_epi8_mask(may_stand, is) | _mm512_movepi8_mask(outside)) & there;
    if (const std::uint64_t letters = _mm512_movepi8_mask(is) & there; letters != 0) good = good && scalars_are_good(letters, block, text);

    // No more digits behind a zero at which a number begins.
    const Bytes64 next = _mm512_loadu_si512(block + 1);
    const __mmask64 zeros = _mm512_mask_test_epi8_mask(_mm512_cmpeq_epi8_mask(outside, all('0')), may_stand, all(kOpen)) & there;
    wrong |= _mm512_mask_cmplt_epu8_mask(zeros, _mm512_sub_epi8(next, all('0')), all(10));

    const __mmask64 empty = _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(bytes, all('{')), next, all('}'));
    const __mmask64 marked = _mm512_test_epi8_mask(is, all(static_cast<char>(kOpen | kClose | kComma | kColon | kPointOrLineEnd))) & there;
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(marked, _mm512_mask_mov_epi8(bytes, empty, all(kBeginsEmpty))));
    to += std::popcount(static_cast<std::uint64_t>(marked));

    const Bytes64 with_last = _mm512_shuffle_epi8(last, _mm512_loadu_si512(keys - 2));
    const Bytes64 with_before = _mm512_shuffle_epi8(before_last, _mm512_loadu_si512(keys - 3));
    skim.colons_[at / kBlockBytes] = _mm512_mask_test_epi8_mask(_mm512_test_epi8_mask(is, all(kColon)), with_last, with_before);
    keys = block + kBlockBytes;
  }
  skim.text_ = text.substr(0, size);
  const bool all_good = good && wrong == 0 && size > 0;
  return all_good ? static_cast<std::size_t>(to - skim.marks_.get()) - kMarksBefore : 0;
}

// The marks without empty objects and arrays, points, and commas in front of a key, for which the colon behind it stays; of colons and
// commas that stand for the same object or array without anything in between, only the first. 0 if some marks are at no place for them.
LOGMILL_WIDE std::size_t JsonSkim::Wide::without_members(const char* marks, std::size_t count, char* fewer) {
  char* to = fewer;
  std::uint64_t wrong = 0;
  for (std::size_t at = 0; at < count; at += kBlockBytes) {
    const std::uint64_t there = count - at < kBlockBytes ? (std::uint64_t{1} << (count - at)) - 1 : kAllBytes;
    const Bytes64 here = _mm512_loadu_si512(marks + at), behind = _mm512_loadu_si512(marks + at + 1);
    const Bytes64 before = _mm512_loadu_si512(marks + at - 1), second_before = _mm512_loadu_si512(marks + at - 2);
    const auto stand = [](Bytes64 bytes, char c) LOGMILL_WIDE { return _mm512_cmpeq_epi8_mask(bytes, all(c)); };
    const __mmask64 colons = stand(here, ':'), commas = stand(here, ','), points = stand(here, '.'), arrays = stand(here, '[');
    const __mmask64 behind_comma = stand(before, ','), behind_brace = stand(before, '{'), behind_bracket = stand(before, '[');
    const __mmask64 before_colon = stand(behind, ':'), empty = stand(here, kBeginsEmpty);
    wrong |= stand(here, '{') & ~before_colon & there;
    wrong |= _mm512_mask_cmpneq_epi8_mask(empty, behind, all('}')) & there;
    wrong |= colons & ~(behind_comma | behind_brace) & there;
    wrong |= points & ~(behind_comma | behind_bracket | stand(before, ':')) & there;
    wrong |= _mm512_mask_cmpeq_epi8_mask(arrays, before, all('\n')) & there;
    __mmask64 done = points | empty | (stand(here, '}') & stand(before, kBeginsEmpty));
    done |= _mm512_mask_cmpeq_epi8_mask(arrays, behind, all(']')) | (stand(here, ']') & behind_bracket);
    done |= colons & (behind_brace | (behind_comma & stand(second_before, ':')));
    done |= commas & (before_colon | behind_comma | behind_bracket);
    const __mmask64 left = there & ~done;
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(left, here));
    to += std::popcount(static_cast<std::uint64_t>(left));
  }
  return wrong == 0 ? static_cast<std::size_t>(to - fewer) : 0;
}

// The marks without pairs of braces and brackets next to each other, and without what separates members or elements and stands beside such
// a one or another such mark: in an object that is a colon, in an array a comma.
LOGMILL_WIDE std::size_t JsonSkim::Wide::without_pairs(const char* marks, std::size_t count, char* fewer, bool& nothing_left) {
  char* to = fewer;
  std::uint64_t others = 0;
  for (std::size_t at = 0; at < count; at += kBlockBytes) {
    const std::uint64_t there = count - at < kBlockBytes ? (std::uint64_t{1} << (count - at)) - 1 : ~std::uint64_t{0};
    const Bytes64 here = _mm512_loadu_si512(marks + at), before = _mm512_loadu_si512(marks + at - 1),
                  behind = _mm512_loadu_si512(marks + at + 1);
    const auto stand = [&](char c) LOGMILL_WIDE { return _mm512_cmpeq_epi8_mask(here, all(c)); };
    const auto between = [&](__mmask64 separators, char open, char separator, char close) LOGMILL_WIDE {
      return _mm512_mask_cmpeq_epi8_mask(separators, before, all(open)) | _mm512_mask_cmpeq_epi8_mask(separators, before, all(separator)) |
             _mm512_mask_cmpeq_epi8_mask(separators, behind, all(close));
    };
    __mmask64 done = between(stand(':'), '{', ':', '}') | between(stand(','), '[', ',', ']');
    done |= _mm512_mask_cmpeq_epi8_mask(stand('{'), behind, all('}')) | _mm512_mask_cmpeq_epi8_mask(stand('}'), before, all('{'));
    done |= _mm512_mask_cmpeq_epi8_mask(stand('['), behind, all(']')) | _mm512_mask_cmpeq_epi8_mask(stand(']'), before, all('['));
    const __mmask64 left = there & ~done;
    others |= left & ~stand('\n');
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(left, here));
    to += std::popcount(static_cast<std::uint64_t>(left));
  }
  nothing_left = others == 0;
  return static_cast<std::size_t>(to - fewer);
}

bool JsonSkim::Wide::nests(std::size_t count) const {
  char *from = skim.marks_.get() + kMarksBefore, *to = skim.fewer_marks_.get() + kMarksBefore;
  for (std::size_t i = 1; i <= kMarksBefore; ++i) from[-static_cast<std::ptrdiff_t>(i)] = to[-static_cast<std::ptrdiff_t>(i)] = '\n';
  from[count] = '\n';
  count = without_members(from, count, to);
  if (count == 0) return false;
  bool nothing_left = false;
  for (int depth = 0; depth < kNestingMax && !nothing_left; ++depth) {
    std::swap(from, to);
    from[count] = '\n';
    const std::size_t before = count;
    count = without_pairs(from, count, to, nothing_left);
    if (count == before) break;
  }
  return nothing_left;
}

LOGMILL_WIDE std::size_t JsonSkim::Wide::depth_at(std::size_t offset) const {
  std::size_t depth = skim.depth_, at = skim.depth_of_;
  while (at < offset) {
    const std::size_t block = at / kBlockBytes, next = std::min(offset, (block + 1) * kBlockBytes);
    const Brackets brackets = brackets_of(skim.text_.data() + block * kBlockBytes, skim.strings_[block]);
    const std::uint64_t counted = (~std::uint64_t{0} << at % kBlockBytes) & (~std::uint64_t{0} >> (63 - (next - 1) % kBlockBytes));
    depth += static_cast<std::size_t>(std::popcount(brackets.open & counted));
    depth -= static_cast<std::size_t>(std::popcount(brackets.close & counted));
    at = next;
  }
  return depth;
}

std::size_t JsonSkim::look_at(std::string_view text, std::size_t wanted) {
  text_ = {};
  keys_looked_at_ = 0;
  if (!usable_ || text.empty()) return 0;
  if (!marks_) {
    for (auto* const bits : {&strings_, &colons_, &line_ends_})
      *bits = std::make_unique_for_overwrite<std::uint64_t[]>(kBytesMax / kBlockBytes);
    for (auto* const marks : {&marks_, &fewer_marks_})
      *marks = std::make_unique_for_overwrite<char[]>(kMarksBefore + kBytesMax + kBlockBytes);
  }
  Wide wide{*this};
  const std::size_t marks = wide.mark(text, std::min(wanted, text.size()));
  return marks > 0 && wide.nests(marks) ? text_.size() : 0;
}

std::size_t JsonSkim::depth_at(std::size_t offset) {
  depth_ = Wide{*this}.depth_at(offset);
  depth_of_ = offset;
  return depth_;
}

// Where the object or the array begins in which `offset` is.
LOGMILL_WIDE std::size_t JsonSkim::Wide::around(std::size_t offset) const {
  std::size_t closed = 0;
  std::uint64_t counted = (std::uint64_t{1} << offset % kBlockBytes) - 1;
  for (std::size_t block = offset / kBlockBytes;; --block) {
    const auto [open, close] = brackets_of(skim.text_.data() + block * kBlockBytes, skim.strings_[block]);
    for (std::uint64_t bits = (open | close) & counted; bits != 0;) {
      const auto at = static_cast<std::size_t>(std::bit_width(bits)) - 1;
      const std::uint64_t bit = std::uint64_t{1} << at;
      if ((close & bit) != 0)
        ++closed;
      else if (closed-- == 0)
        return block * kBlockBytes + at;
      bits ^= bit;
    }
    counted = ~std::uint64_t{0};
  }
}

std::size_t JsonSkim::around(std::size_t offset) { return Wide{*this}.around(offset); }

LOGMILL_WIDE std::size_t JsonSkim::Wide::members_around() const {
  std::size_t count = 0;
  for (std::size_t block = skim.line_ / kBlockBytes; block <= skim.line_end_ / kBlockBytes; ++block)
    count += static_cast<std::size_t>(std::popcount(
        _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(skim.text_.data() + block * kBlockBytes), all(':')) & ~skim.strings_[block]));
  return count;
}
std::size_t JsonSkim::members_around() { return Wide{*this}.members_around(); }

#else

std::size_t JsonSkim::members_around() { return 0; }
std::size_t JsonSkim::look_at(std::string_view, std::size_t) { return 0; }
std::size_t JsonSkim::depth_at(std::size_t) { return 0; }
std::size_t JsonSkim::around(std::size_t) { return 0; }

#endif

namespace {

// The first bit from `at` on that is set in what `bits_of` says of blocks; there is one.
template <class BitsOf>
std::size_t next_bit(std::size_t at, BitsOf bits_of) {
  std::size_t block = at / 64;
  std::uint64_t bits = bits_of(block) & ~std::uint64_t{0} << at % 64;
  while (bits == 0) bits = bits_of(++block);
  return 64 * block + static_cast<std::size_t>(std::countr_zero(bits));
}

}  // namespace

const char* JsonSkim::begin_line(const char* line) {
  line_ = depth_of_ = colon_ = static_cast<std::size_t>(line - text_.data());
  depth_ = 0;
  line_end_ = next_bit(line_, [this](std::size_t block) { return line_ends_[block]; });
  return text_.data() + line_end_;
}

bool JsonSkim::next_member(Member& member) {
  while (true) {
    colon_ = next_bit(colon_, [this](std::size_t block) { return colons_[block] | line_ends_[block]; });
    if (colon_ >= line_end_) return false;
    const std::size_t offset = colon_++;
    ++keys_looked_at_;
    const char* const colon = text_.data() + offset;
    const Ending* const ending = ending_at(colon);
    if (ending == nullptr) continue;
    member.value = colon + 1;
    member.quoted = std::string_view(ending->quoted).substr(1);
    member.prefix = {};
    if (ending->is_name && depth_at(offset) == 1) return true;
    for (const std::string& prefix : ending->prefixes) {
      if (!is_within(offset, prefix)) continue;
      member.prefix = prefix;
      return true;
    }
  }
}

// What the key in front of the colon is, if that may be one that is asked for. In front of the first quote of a key no backslash stands.
const JsonSkim::Ending* JsonSkim::ending_at(const char* colon) const {
  // In front of the text nothing may be read.
  char first[kNameBytesMax + 8];
  auto before = static_cast<std::size_t>(colon - text_.data());
  if (before < sizeof first) {
    std::memset(first, '\n', sizeof first - before);
    std::memcpy(first + sizeof first - before, text_.data(), before);
    colon = first + sizeof first;
  }
  const std::size_t slot = Ending::slot_of(colon);
  for (std::size_t i = first_of_[slot]; i < first_of_[slot + 1]; ++i)
    if (endings_[i].stands_before(colon))
      return colon[-static_cast<std::ptrdiff_t>(endings_[i].quoted.size()) - 1] == '\\' ? nullptr : &endings_[i];
  return nullptr;
}

// Whether the objects around give the key in front of `offset` that prefix, and there are no more of them.
bool JsonSkim::is_within(std::size_t offset, std::string_view prefix) {
  while (!prefix.empty()) {
    offset = around(offset);
    const char* at = text_.data() + offset;
    if (offset == line_ || *at != '{') return false;
    if (at[-1] == ' ') --at;
    if (at[-1] != ':') return false;  // in an array
    const char* const quote = at - 2;
    prefix.remove_suffix(1);  // the point
    // A key with points may be more than the last part of it.
    std::string_view key = prefix.substr(prefix.rfind('.') + 1);
    const auto may_end_with = [&] {
      return static_cast<std::size_t>(quote - text_.data()) >= line_ + key.size() + 2 &&
             std::string_view(quote - key.size(), key.size()) == key;
    };
    while (may_end_with() && quote[-static_cast<std::ptrdiff_t>(key.size()) - 1] == '.' && key.size() < prefix.size()) {
      const std::size_t before = prefix.size() - key.size() - 1;
      key = prefix.substr(before == 0 ? 0 : prefix.rfind('.', before - 1) + 1);
    }
    const char* const first = quote - key.size() - 1;
    if (!may_end_with() || *first != '"' || first[-1] == '\\') return false;
    prefix.remove_suffix(key.size());
    offset = static_cast<std::size_t>(quote - text_.data());
  }
  return around(offset) == line_;
}

const char* JsonSkim::string_end(const char* quote) const {
  const auto offset = static_cast<std::size_t>(quote - text_.data());
  return text_.data() + next_bit(offset, [this](std::size_t block) { return ~strings_[block]; });
}

}  // namespace logmill::record
