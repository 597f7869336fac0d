#include "text/needles.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/byte_lanes.h"
#include "text/tokens.h"

namespace logmill::text {
namespace {

// A probe is found at a byte's distance.
constexpr std::size_t kProbedBytes = 256;

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
  longest_ = std::max(longest_, added.text.size());
  needles_.push_back(std::move(added));
  scan_ = choose_scan(needles_.size());
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
// The same with vectors of 32 bytes, two at a time.
template <std::size_t N>
__attribute__((target("avx2"))) std::size_t Needles::scan_wide(std::string_view text, std::size_t from) const {
  constexpr std::size_t kLane = 32, kStep = 2 * kLane;
  const Needle* const needles = needles_.data();
  __m256i bytes[N][2], folds[N][2];
  std::size_t offsets[N][2];
  for (std::size_t i = 0; i < N; ++i) {
    const Probe probes[] = {needles[i].first, needles[i].second};
    for (std::size_t j = 0; j < 2; ++j) {
      bytes[i][j] = _mm256_set1_epi8(static_cast<char>(probes[j].byte));
      folds[i][j] = _mm256_set1_epi8(static_cast<char>(probes[j].fold));
      offsets[i][j] = probes[j].at;
    }
  }
  std::size_t at = from;
  for (const std::size_t reach = longest_ + kStep; at + reach <= text.size(); at += kStep) {
    __m256i hits[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (std::size_t half = 0; half < 2; ++half) {
      const char* const here = text.data() + at + half * kLane;
      for (std::size_t i = 0; i < N; ++i) {
        const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(here + offsets[i][0]));
        const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(here + offsets[i][1]));
        hits[half] = _mm256_or_si256(hits[half], _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(a, folds[i][0]), bytes[i][0]),
                                                                  _mm256_cmpeq_epi8(_mm256_or_si256(b, folds[i][1]), bytes[i][1])));
      }
    }
    if (_mm256_testz_si256(_mm256_or_si256(hits[0], hits[1]), _mm256_set1_epi8(-1))) continue;
    std::uint64_t bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(hits[0])) |
                         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(hits[1]))} << kLane;
    for (; bits != 0; bits &= bits - 1)
      if (const std::size_t hit = at + static_cast<std::size_t>(std::countr_zero(bits)); any_at(text, hit)) return hit;
  }
  return scan<N>(text, at);
}
#endif

Needles::Scan Needles::choose_scan(std::size_t count) {
  constexpr Scan kScans[] = {&Needles::scan<0>, &Needles::scan<1>, &Needles::scan<2>, &Needles::scan<3>, &Needles::scan<4>};
  if (count >= std::size(kScans)) return &Needles::scan<0>;
#if defined(__x86_64__)
  constexpr Scan kWide[] = {&Needles::scan<0>, &Needles::scan_wide<1>, &Needles::scan_wide<2>, &Needles::scan_wide<3>,
                            &Needles::scan_wide<4>};
  if (__builtin_cpu_supports("avx2")) return kWide[count];
#endif
  return kScans[count];
}

std::size_t Needles::find(std::string_view text, std::size_t from) const {
  return scan_ == nullptr ? std::string_view::npos : (this->*scan_)(text, from);
}

}  // namespace logmill::text
