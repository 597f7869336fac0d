#include "text/byte_triples.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "text/tokens.h"

namespace logmill::text {
namespace {

// By the upper half of a byte. Most of a log is small letters, digits and signs; each line has a newline.
constexpr std::array<double, 16> kCommonness = {8, 0.1, 4, 4, 1, 1, 4, 4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};

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

// What has the first half of one byte and the second one of another is found, too.
ByteTriples::Group ByteTriples::group_of(const Pattern& pattern) {
  Group group;
  for (std::size_t at = 0; at < group.size(); ++at) {
    for (std::size_t byte = 0; byte < pattern[at].size(); ++byte) {
      if (!pattern[at][byte]) continue;
      group[at].low |= static_cast<std::uint16_t>(1U << byte % 16);
      group[at].high |= static_cast<std::uint16_t>(1U << byte / 16);
    }
  }
  return group;
}

ByteTriples::Group ByteTriples::joined(const Group& a, const Group& b) {
  Group both = a;
  for (std::size_t at = 0; at < both.size(); ++at) {
    both[at].low |= b[at].low;
    both[at].high |= b[at].high;
  }
  return both;
}

double ByteTriples::commonness(const Group& group) {
  double product = 1;
  for (const Nibbles& nibbles : group) {
    double sum = 0;
    for (std::size_t high = 0; high < kCommonness.size(); ++high) sum += (nibbles.high >> high & 1) != 0 ? kCommonness[high] : 0;
    product *= sum * std::popcount(nibbles.low);
  }
  return product;
}

double ByteTriples::commonness(const Pattern& pattern) { return commonness(group_of(pattern)); }

double ByteTriples::commonness() const {
  double sum = 0;
  for (const Group& group : groups_) sum += commonness(group);
  return sum;
}

void ByteTriples::add(const Pattern& pattern) {
  groups_.push_back(group_of(pattern));
  if (groups_.size() > kGroups) merge_nearest();
  fill_tables();
}

// Those two that as one are found in the fewest places more.
void ByteTriples::merge_nearest() {
  std::size_t first = 0, second = 1;
  double least = -1;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    for (std::size_t j = i + 1; j < groups_.size(); ++j) {
      const double added = commonness(joined(groups_[i], groups_[j])) - commonness(groups_[i]) - commonness(groups_[j]);
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
  tables_ = {};
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const auto bit = static_cast<std::uint8_t>(1U << group);
    for (std::size_t at = 0; at < tables_.size(); ++at) {
      for (std::size_t half = 0; half < tables_[at].low.size(); ++half) {
        if ((groups_[group][at].low >> half & 1) != 0) tables_[at].low[half] |= bit;
        if ((groups_[group][at].high >> half & 1) != 0) tables_[at].high[half] |= bit;
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
#if defined(__x86_64__)
  const std::size_t vector_bytes = __builtin_cpu_supports("bmi") ? vector_bytes_max_ : 0;
  if (vector_bytes >= 64 && __builtin_cpu_supports("avx512bw"))
    find_wider(text, from, places);
  else if (vector_bytes >= 32 && __builtin_cpu_supports("avx2"))
    find_wide(text, from, places);
  else
    find_by_bytes(text, from, 0, places);
#else
  find_by_bytes(text, from, 0, places);
#endif
  return {places.at_.data(), places.count_};
}

// From the byte `begin` of the window on.
void ByteTriples::find_by_bytes(std::string_view text, std::size_t from, std::size_t begin, Places& places) const {
  const std::string_view window = text.substr(from);
  const auto at = [window](std::size_t i) { return i < window.size() ? window[i] : '\n'; };
  for (std::size_t i = begin; i < std::min(window.size(), kWindowBytes); ++i)
    if ((tables_[0].of(window[i]) & tables_[1].of(at(i + 1)) & tables_[2].of(at(i + 2))) != 0)
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
  const Wide::Tables first = Wide::load(tables_[0]), second = Wide::load(tables_[1]), third = Wide::load(tables_[2]);
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
  struct Tables {
    __m512i low, high;
  };

  __attribute__((target("avx512bw"), always_inline)) static inline Tables load(const Halves& halves) {
    // Of all lanes: the plain broadcast makes the compiler warn of what it leaves undefined.
    return {_mm512_maskz_broadcast_i32x4(0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(halves.low.data()))),
            _mm512_maskz_broadcast_i32x4(0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(halves.high.data())))};
  }

  __attribute__((target("avx512bw"), always_inline)) static inline __m512i groups(const Tables& tables, const char* from) {
    const __m512i text = _mm512_loadu_si512(from), half = _mm512_set1_epi8(0x0f);
    const __m512i low = _mm512_shuffle_epi8(tables.low, _mm512_and_si512(text, half));
    return _mm512_and_si512(low, _mm512_shuffle_epi8(tables.high, _mm512_and_si512(_mm512_srli_epi16(text, 4), half)));
  }
};

__attribute__((target("avx512bw,bmi"))) void ByteTriples::find_wider(std::string_view text, std::size_t from, Places& places) const {
  const Wider::Tables first = Wider::load(tables_[0]), second = Wider::load(tables_[1]), third = Wider::load(tables_[2]);
  std::size_t block = 0;
  for (; block < kWindowBytes && from + block + kBlockBytes + 2 <= text.size(); block += kBlockBytes) {
    const char* const here = text.data() + from + block;
    __builtin_prefetch(here + kWindowBytes);
    const __m512i two = _mm512_and_si512(Wider::groups(first, here), Wider::groups(second, here + 1));
    places.add(block, _mm512_test_epi8_mask(two, Wider::groups(third, here + 2)));
  }
  find_by_bytes(text, from, block, places);
}
#endif

}  // namespace logmill::text
