#include "text/byte_triples.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/processor.h"
#include "text/tokens.h"

namespace logmill::text {
namespace {

// How many of a thousand bytes of lines of text are such ones, where most of the formats in which logs are written are alike.
struct Frequency {
  std::string_view bytes;
  double per_mille;
};
constexpr Frequency kFrequencies[] = {
    {" ", 90},          {"0e", 52},       {"1", 41},          {"t2oa", 33},          {"sin.r", 27},          {":c-4d35l", 19},
    {"6mp/7,u89", 13},  {"\"hbgTf\n", 9}, {"=E_xS\tyv[k", 6}, {"CN]I)(wFAMDOPR", 4}, {"><LGH*\\\r'UWB+", 2}, {"j;K|qZzJV\x1b%#@QX", 1},
    {"Y$}{`?&^~!", 0.3}};
constexpr double kOtherPerMille = 0.05;

constexpr auto kPerMille = [] {
  std::array<double, 256> each{};
  each.fill(kOtherPerMille);
  for (const auto& [bytes, per_mille] : kFrequencies)
    for (const char c : bytes) each[static_cast<unsigned char>(c)] = per_mille;
  return each;
}();
// The same of all sixteen that have an upper half: most sets have all or next to none of them.
constexpr auto kPerMilleByHigh = [] {
  std::array<double, 16> sums{};
  for (std::size_t byte = 0; byte < kPerMille.size(); ++byte) sums[byte / 16] += kPerMille[byte];
  return sums;
}();
constexpr std::uint16_t kAllLows = 0xffff;

}  // namespace

ByteSet byte_set(std::string_view bytes) {
  ByteSet set;
  for (const char c : bytes) set.set(static_cast<unsigned char>(c));
  return set;
}

ByteSet folded_byte_set(std::string_view bytes) {
  ByteSet set;
  for (const char c : bytes) set.set(static_cast<unsigned char>(lower_ascii(c))).set(static_cast<unsigned char>(upper_ascii(c)));
  return set;
}

ByteSet any_byte() { return ByteSet{}.set(); }

ByteTriples::ByteTriples(std::span<const Pattern> patterns, std::size_t vector_bytes_max) : way_(way_of(vector_bytes_max)) {
  for (const Pattern& pattern : patterns) {
    std::array<Bytes, 3> sets;
    std::ranges::transform(pattern, sets.begin(), bytes_of);
    groups_.push_back(group_of(sets));
    if (groups_.size() > kGroups) merge_nearest();
  }
  fill_tables();
}

ByteTriples::Way ByteTriples::way_of(std::size_t vector_bytes_max) {
#if defined(__x86_64__)
  if (vector_bytes_max >= 64 && base::processor().moves_bytes) return Way::wider;
  if (vector_bytes_max >= 32 && base::processor().wide) return Way::wide;
#else
  static_cast<void>(vector_bytes_max);
#endif
  return Way::bytes;
}

ByteTriples::Bytes ByteTriples::bytes_of(const ByteSet& set) {
  constexpr ByteSet kLows(kAllLows);
  Bytes bytes{};
  for (std::size_t high = 0; high < bytes.size(); ++high) bytes[high] = static_cast<std::uint16_t>((set >> 16 * high & kLows).to_ulong());
  return bytes;
}

double ByteTriples::commonness_of(const Bytes& bytes) {
  double sum = 0;
  for (std::size_t high = 0; high < bytes.size(); ++high) {
    if (bytes[high] == kAllLows) {
      sum += kPerMilleByHigh[high];
      continue;
    }
    for (unsigned lows = bytes[high]; lows != 0; lows &= lows - 1)
      sum += kPerMille[16 * high + static_cast<std::size_t>(std::countr_zero(lows))];
  }
  return sum;
}

// By halves, what has the first half of one byte and the second one of another is found, too.
ByteTriples::Group ByteTriples::group_of(const std::array<Bytes, 3>& sets) const {
  Group group{.sets = sets, .commonness = 1};
  for (Bytes& bytes : group.sets) {
    std::uint16_t lows = 0;
    for (const std::uint16_t low : bytes) lows |= low;
    for (std::uint16_t& low : bytes)
      if (way_ != Way::wider && low != 0) low = lows;
    group.commonness *= commonness_of(bytes);
  }
  return group;
}

ByteTriples::Group ByteTriples::joined(const Group& a, const Group& b) const {
  std::array<Bytes, 3> both = a.sets;
  for (std::size_t at = 0; at < both.size(); ++at)
    for (std::size_t high = 0; high < both[at].size(); ++high) both[at][high] |= b.sets[at][high];
  return group_of(both);
}

double ByteTriples::commonness(const Pattern& pattern) {
  double product = 1;
  for (const ByteSet& set : pattern) product *= commonness_of(bytes_of(set));
  return product;
}

double ByteTriples::commonness() const {
  double sum = 0;
  for (const Group& group : groups_) sum += group.commonness;
  return sum;
}

// Those two that as one are found in the fewest places more.
void ByteTriples::merge_nearest() {
  std::size_t first = 0, second = 1;
  double least = -1;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    for (std::size_t j = i + 1; j < groups_.size(); ++j) {
      const double added = joined(groups_[i], groups_[j]).commonness - groups_[i].commonness - groups_[j].commonness;
      if (least >= 0 && added >= least) continue;
      least = std::max(added, 0.0);
      first = i;
      second = j;
    }
  }
  groups_[first] = joined(groups_[first], groups_[second]);
  groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(second));
}

void ByteTriples::fill_tables() {
  halves_ = {};
  whole_ = {};
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const auto bit = static_cast<std::uint8_t>(1U << group);
    for (std::size_t at = 0; at < halves_.size(); ++at) {
      for (std::size_t byte = 0; byte < 256; ++byte) {
        if ((groups_[group].sets[at][byte / 16] >> byte % 16 & 1) == 0) continue;
        halves_[at].low[byte % 16] |= bit;
        halves_[at].high[byte / 16] |= bit;
        whole_[at].of[std::min<std::size_t>(byte, whole_[at].of.size() - 1)] |= bit;
      }
    }
  }
}

inline std::uint8_t ByteTriples::Halves::of(char c) const {
  const auto byte = static_cast<unsigned char>(c);
  return low[byte % 16] & high[byte / 16];
}

// A bit for each place in the block. Inline: the callers may use what counts bits, of which the compiler does not know elsewhere.
__attribute__((always_inline)) inline void ByteTriples::Places::add(std::size_t block, std::uint64_t bits) {
  constexpr std::uint64_t kHighest = std::uint64_t{1} << 63;  // so that there is always one
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  const auto put = [&](std::size_t i) {
    at_[count_ + i] = static_cast<std::uint16_t>(block + static_cast<std::size_t>(std::countr_zero(bits | kHighest)));
    bits &= bits - 1;
  };
  // Most often these are all, whatever there is: no branch to guess.
  put(0);
  put(1);
  put(2);
  for (std::size_t i = kPutAtOnce; i < count; ++i) put(i);
  count_ += count;
}

std::span<const std::uint16_t> ByteTriples::find(std::string_view text, std::size_t from, Places& places) const {
  places.clear();
  switch (way_) {
    case Way::bytes: find_by_bytes(text, from, 0, places); break;
    case Way::wide: find_wide(text, from, places); break;
    case Way::wider: find_wider(text, from, places); break;
  }
  return {places.at_.data(), places.count_};
}

// From the byte `begin` of the window on.
void ByteTriples::find_by_bytes(std::string_view text, std::size_t from, std::size_t begin, Places& places) const {
  const std::string_view window = text.substr(from);
  const auto at = [window](std::size_t i) { return i < window.size() ? window[i] : '\n'; };
  for (std::size_t i = begin; i < std::min(window.size(), kWindowBytes); ++i)
    if ((halves_[0].of(window[i]) & halves_[1].of(at(i + 1)) & halves_[2].of(at(i + 2))) != 0)
      places.at_[places.count_++] = static_cast<std::uint16_t>(i);
}

#if defined(__x86_64__)
struct ByteTriples::Wide {
  struct Tables {
    __m256i low, high;
  };

  __attribute__((target("avx2"), always_inline)) static inline Tables load(const Halves& halves) {
    return {_mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(halves.low.data()))),
            _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(halves.high.data())))};
  }

  __attribute__((target("avx2"), always_inline)) static inline __m256i groups(const Tables& tables, const char* from) {
    const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)), half = _mm256_set1_epi8(0x0f);
    const __m256i low = _mm256_shuffle_epi8(tables.low, _mm256_and_si256(text, half));
    return _mm256_and_si256(low, _mm256_shuffle_epi8(tables.high, _mm256_and_si256(_mm256_srli_epi16(text, 4), half)));
  }
};

__attribute__((target("avx2,bmi"))) void ByteTriples::find_wide(std::string_view text, std::size_t from, Places& places) const {
  const Wide::Tables first = Wide::load(halves_[0]), second = Wide::load(halves_[1]), third = Wide::load(halves_[2]);
  std::size_t block = 0;
  for (; block < kWindowBytes && from + block + kBlockBytes + 2 <= text.size(); block += kBlockBytes) {
    std::uint64_t none = 0;
    for (std::size_t at = 0; at < kBlockBytes; at += sizeof(__m256i)) {
      const char* const here = text.data() + from + block + at;
      const __m256i groups =
          _mm256_and_si256(Wide::groups(first, here), _mm256_and_si256(Wide::groups(second, here + 1), Wide::groups(third, here + 2)));
      none |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(groups, _mm256_setzero_si256())))} << at;
    }
    places.add(block, ~none);
  }
  find_by_bytes(text, from, block, places);
}

struct ByteTriples::Wider {
  struct Table {
    __m512i first, second;
  };

  __attribute__((target("avx512vbmi"), always_inline)) static inline Table load(const Whole& whole) {
    return {_mm512_load_si512(whole.of.data()), _mm512_load_si512(whole.of.data() + sizeof(__m512i))};
  }

  __attribute__((target("avx512vbmi"), always_inline)) static inline __m512i groups(const Table& table, const char* from) {
    const __m512i text = _mm512_min_epu8(_mm512_loadu_si512(from), _mm512_set1_epi8(0x7f));
    return _mm512_permutex2var_epi8(table.first, text, table.second);
  }
};

__attribute__((target("avx512vbmi,bmi"))) void ByteTriples::find_wider(std::string_view text, std::size_t from, Places& places) const {
  const Wider::Table first = Wider::load(whole_[0]), second = Wider::load(whole_[1]), third = Wider::load(whole_[2]);
  std::size_t block = 0;
  for (; block < kWindowBytes && from + block + kBlockBytes + 2 <= text.size(); block += kBlockBytes) {
    const char* const here = text.data() + from + block;
    __builtin_prefetch(here + kWindowBytes);
    const __m512i two = _mm512_and_si512(Wider::groups(first, here), Wider::groups(second, here + 1));
    places.add(block, _mm512_test_epi8_mask(two, Wider::groups(third, here + 2)));
  }
  find_by_bytes(text, from, block, places);
}
#else
void ByteTriples::find_wide(std::string_view text, std::size_t from, Places& places) const { find_by_bytes(text, from, 0, places); }
void ByteTriples::find_wider(std::string_view text, std::size_t from, Places& places) const { find_by_bytes(text, from, 0, places); }
#endif

}  // namespace logmill::text
