#include "text/needles.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <utility>

#include "base/byte_lanes.h"
#include "base/processor.h"
#include "text/tokens.h"

namespace logmill::text {
namespace {

// A probe is found at a byte's distance.
constexpr std::size_t kProbedBytes = 256;
// So far ahead of what is looked at memory is asked for: by itself the processor begins anew with each page, and waits.
constexpr std::size_t kPrefetchBytes = 4096;
// Of more needles the probes would not stay in registers.
constexpr std::size_t kWideMax = 4;

// How common a byte is in logs, roughly; digits and the letters of hexadecimal numbers are
// everywhere.
int commonness(char c) {
  constexpr std::string_view kLetters = "etaonirsdlcpumgfhbvywkxjqz";  // the most common first
  if (c >= '0' && c <= '9') return 60;
  if (const std::size_t rank = kLetters.find(c); rank != kLetters.npos) return 50 - static_cast<int>(rank);
  constexpr std::string_view kPunctuation = " \":,-./=";
  return kPunctuation.find(c) != kPunctuation.npos ? 70 : 10;
}

}  // namespace

Needles::Probe Needles::probe(std::string_view needle, std::size_t at) {
  const char c = needle[at];
  const bool letter = c >= 'a' && c <= 'z';
  return {.at = static_cast<std::uint8_t>(at), .fold = static_cast<std::uint8_t>(letter ? 0x20 : 0), .byte = static_cast<std::uint8_t>(c)};
}

void Needles::add(std::string_view needle) {
  Needle added;
  std::ranges::transform(needle, std::back_inserter(added.text), [](char c) { return lower_ascii(c); });
  const std::size_t size = std::min(added.text.size(), kProbedBytes);
  std::size_t first = 0;
  for (std::size_t i = 1; i < size; ++i)
    if (commonness(added.text[i]) < commonness(added.text[first])) first = i;
  std::size_t second = first == 0 ? size - 1 : 0;
  for (std::size_t i = 0; i < size; ++i)
    if (i != first && commonness(added.text[i]) < commonness(added.text[second])) second = i;
  added.first = probe(added.text, first);
  added.second = probe(added.text, second);
  added.shape = added.first.fold != 0 || added.second.fold != 0 ? Shape::folded : added.text.size() > 1 ? Shape::plain : Shape::byte;
  longest_ = std::max(longest_, added.text.size());
  needles_.insert(std::ranges::upper_bound(needles_, added.shape, {}, &Needle::shape), std::move(added));
  scan_ = choose_scan();
}

bool Needles::stands_at(const Needle& needle, const char* at) {
  for (const char c : needle.text)
    if (lower_ascii(*at++) != c) return false;
  return true;
}

bool Needles::any_at(std::string_view text, std::size_t at) const {
  const std::size_t left = text.size() - at;
  return std::ranges::any_of(needles_,
                             [&](const Needle& needle) { return needle.text.size() <= left && stands_at(needle, text.data() + at); });
}

// N of them, or with 0 as many as there are: the compiler keeps the probes of few in registers.
template <std::size_t N>
std::size_t Needles::scan(std::string_view text, std::size_t from) const {
  using base::Bytes16;
  const std::size_t count = N > 0 ? N : needles_.size();
  const Needle* const needles = needles_.data();
  std::size_t at = from;
  // Loads reach as far as the longest needle.
  for (const std::size_t reach = longest_ + sizeof(Bytes16); at + reach <= text.size(); at += sizeof(Bytes16)) {
    const char* const here = text.data() + at;
    Bytes16 hits{};
    for (std::size_t i = 0; i < count; ++i) {
      const Probe first = needles[i].first, second = needles[i].second;
      const Bytes16 a = base::load_lane(here + first.at) | first.fold;
      const Bytes16 b = base::load_lane(here + second.at) | second.fold;
      hits |= static_cast<Bytes16>(a == first.byte) & static_cast<Bytes16>(b == second.byte);
    }
    for (std::uint64_t bits = base::bits_of(hits); bits != 0; bits &= bits - 1)
      if (const std::size_t hit = at + static_cast<std::size_t>(std::countr_zero(bits)); any_at(text, hit)) return hit;
  }
  for (; at < text.size(); ++at)
    if (any_at(text, at)) return at;
  return std::string_view::npos;
}

#if defined(__x86_64__)
// The same with vectors of 32 bytes, two at a time. Which comparisons a needle takes is known to the
// compiler, so that the loop is no more than these.
struct Needles::Wide {
  static constexpr std::size_t kLane = 32, kStep = 2 * kLane;

  // A needle's probes.
  struct Pair {
    __m256i first, second, first_fold, second_fold;
    std::size_t first_at, second_at;
  };

  __attribute__((target("avx2"), always_inline)) static inline Pair pair_of(const Needle& needle) {
    return {.first = _mm256_set1_epi8(static_cast<char>(needle.first.byte)),
            .second = _mm256_set1_epi8(static_cast<char>(needle.second.byte)),
            .first_fold = _mm256_set1_epi8(static_cast<char>(needle.first.fold)),
            .second_fold = _mm256_set1_epi8(static_cast<char>(needle.second.fold)),
            .first_at = needle.first.at,
            .second_at = needle.second.at};
  }

  __attribute__((target("avx2"), always_inline)) static inline __m256i load(const char* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }

  template <Shape kShape>
  __attribute__((target("avx2"), always_inline)) static inline __m256i hits_of(const Pair& pair, const char* here) {
    if constexpr (kShape == Shape::byte) return _mm256_cmpeq_epi8(load(here), pair.first);
    __m256i first = load(here + pair.first_at), second = load(here + pair.second_at);
    if constexpr (kShape == Shape::folded) {
      first = _mm256_or_si256(first, pair.first_fold);
      second = _mm256_or_si256(second, pair.second_fold);
    }
    return _mm256_and_si256(_mm256_cmpeq_epi8(first, pair.first), _mm256_cmpeq_epi8(second, pair.second));
  }

  template <std::size_t Folded, std::size_t Plain, std::size_t Bytes>
  __attribute__((target("avx2"), always_inline)) static inline __m256i hits(const Pair* pairs, const char* here) {
    if constexpr (Folded > 0) return _mm256_or_si256(hits_of<Shape::folded>(*pairs, here), hits<Folded - 1, Plain, Bytes>(pairs + 1, here));
    if constexpr (Plain > 0) return _mm256_or_si256(hits_of<Shape::plain>(*pairs, here), hits<Folded, Plain - 1, Bytes>(pairs + 1, here));
    if constexpr (Bytes > 0) return _mm256_or_si256(hits_of<Shape::byte>(*pairs, here), hits<Folded, Plain, Bytes - 1>(pairs + 1, here));
    return _mm256_setzero_si256();
  }
};

template <std::size_t Folded, std::size_t Plain, std::size_t Bytes>
__attribute__((target("avx2"))) std::size_t Needles::scan_wide(std::string_view text, std::size_t from) const {
  constexpr std::size_t kCount = Folded + Plain + Bytes;
  Wide::Pair pairs[kCount];
  for (std::size_t i = 0; i < kCount; ++i) pairs[i] = Wide::pair_of(needles_[i]);
  std::size_t at = from;
  for (const std::size_t reach = longest_ + Wide::kStep; at + reach <= text.size(); at += Wide::kStep) {
    const char* const here = text.data() + at;
    __builtin_prefetch(here + kPrefetchBytes);
    const __m256i low = Wide::hits<Folded, Plain, Bytes>(pairs, here);
    const __m256i high = Wide::hits<Folded, Plain, Bytes>(pairs, here + Wide::kLane);
    const __m256i any = _mm256_or_si256(low, high);
    if (_mm256_testz_si256(any, any)) continue;
    std::uint64_t bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
                         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << Wide::kLane;
    for (; bits != 0; bits &= bits - 1)
      if (const std::size_t hit = at + static_cast<std::size_t>(std::countr_zero(bits)); any_at(text, hit)) return hit;
  }
  return scan<kCount>(text, at);
}

// The same with vectors of 64 bytes: comparisons give bits, and those of the second probe are of places only where the first one agrees.
struct Needles::Wider {
  static constexpr std::size_t kStep = 64;

  struct Pair {
    __m512i first, second, first_fold, second_fold;
    std::size_t first_at, second_at;
  };

  __attribute__((target("avx512bw"), always_inline)) static inline Pair pair_of(const Needle& needle) {
    return {.first = _mm512_set1_epi8(static_cast<char>(needle.first.byte)),
            .second = _mm512_set1_epi8(static_cast<char>(needle.second.byte)),
            .first_fold = _mm512_set1_epi8(static_cast<char>(needle.first.fold)),
            .second_fold = _mm512_set1_epi8(static_cast<char>(needle.second.fold)),
            .first_at = needle.first.at,
            .second_at = needle.second.at};
  }

  template <Shape kShape>
  __attribute__((target("avx512bw"), always_inline)) static inline std::uint64_t hits_of(const Pair& pair, const char* here) {
    if constexpr (kShape == Shape::byte) return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(here), pair.first);
    __m512i first = _mm512_loadu_si512(here + pair.first_at), second = _mm512_loadu_si512(here + pair.second_at);
    if constexpr (kShape == Shape::folded) {
      first = _mm512_or_si512(first, pair.first_fold);
      second = _mm512_or_si512(second, pair.second_fold);
    }
    return _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(first, pair.first), second, pair.second);
  }

  template <std::size_t Folded, std::size_t Plain, std::size_t Bytes>
  __attribute__((target("avx512bw"), always_inline)) static inline std::uint64_t hits(const Pair* pairs, const char* here) {
    if constexpr (Folded > 0) return hits_of<Shape::folded>(*pairs, here) | hits<Folded - 1, Plain, Bytes>(pairs + 1, here);
    if constexpr (Plain > 0) return hits_of<Shape::plain>(*pairs, here) | hits<Folded, Plain - 1, Bytes>(pairs + 1, here);
    if constexpr (Bytes > 0) return hits_of<Shape::byte>(*pairs, here) | hits<Folded, Plain, Bytes - 1>(pairs + 1, here);
    return 0;
  }
};

template <std::size_t Folded, std::size_t Plain, std::size_t Bytes>
__attribute__((target("avx512bw"))) std::size_t Needles::scan_wider(std::string_view text, std::size_t from) const {
  constexpr std::size_t kCount = Folded + Plain + Bytes;
  Wider::Pair pairs[kCount];
  for (std::size_t i = 0; i < kCount; ++i) pairs[i] = Wider::pair_of(needles_[i]);
  std::size_t at = from;
  for (const std::size_t reach = longest_ + Wider::kStep; at + reach <= text.size(); at += Wider::kStep) {
    const char* const here = text.data() + at;
    __builtin_prefetch(here + kPrefetchBytes);
    for (std::uint64_t bits = Wider::hits<Folded, Plain, Bytes>(pairs, here); bits != 0; bits &= bits - 1)
      if (const std::size_t hit = at + static_cast<std::size_t>(std::countr_zero(bits)); any_at(text, hit)) return hit;
  }
  return scan<kCount>(text, at);
}

// With more of the cheap shapes than these the rest of them is probed as the next dearer one: that is
// right, too.
constexpr std::size_t kPlainMax = 2, kBytesMax = 1;

template <bool kWider, std::size_t Folded, std::size_t Plain, std::size_t Bytes>
constexpr Needles::Scan Needles::wide_of() {
  if constexpr (Folded + Plain + Bytes < 1 || Folded + Plain + Bytes > kWideMax)
    return nullptr;
  else if constexpr (kWider)
    return &Needles::scan_wider<Folded, Plain, Bytes>;
  else
    return &Needles::scan_wide<Folded, Plain, Bytes>;
}

template <bool kWider>
Needles::Scan Needles::choose_wide() const {
  constexpr auto kScans = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{
        wide_of<kWider, I / ((kPlainMax + 1) * (kBytesMax + 1)), I / (kBytesMax + 1) % (kPlainMax + 1), I % (kBytesMax + 1)>()...};
  }
  (std::make_index_sequence<(kWideMax + 1) * (kPlainMax + 1) * (kBytesMax + 1)>());
  const auto count = [this](Shape shape) { return static_cast<std::size_t>(std::ranges::count(needles_, shape, &Needle::shape)); };
  const std::size_t bytes = std::min(count(Shape::byte), kBytesMax);
  const std::size_t plain = std::min(needles_.size() - count(Shape::folded) - bytes, kPlainMax);
  const std::size_t folded = needles_.size() - plain - bytes;
  return kScans[(folded * (kPlainMax + 1) + plain) * (kBytesMax + 1) + bytes];
}
#endif

Needles::Scan Needles::choose_scan() const {
  constexpr Scan kScans[] = {&Needles::scan<0>, &Needles::scan<1>, &Needles::scan<2>, &Needles::scan<3>, &Needles::scan<4>};
  if (needles_.size() > kWideMax) return &Needles::scan<0>;
#if defined(__x86_64__)
  if (vector_bytes_max_ >= 64 && base::processor().wider) return choose_wide<true>();
  if (vector_bytes_max_ >= 32 && base::processor().wide) return choose_wide<false>();
#endif
  return kScans[needles_.size()];
}

std::size_t Needles::find(std::string_view text, std::size_t from) const {
  return scan_ == nullptr ? std::string_view::npos : (this->*scan_)(text, from);
}

}  // namespace logmill::text
