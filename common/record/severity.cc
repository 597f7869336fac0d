#include "record/severity.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/bytes.h"

namespace logmill::record {
namespace {

constexpr std::array<std::string_view, kSeverities> kSeverityNames = {"", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

// Sources: syslog(3) names, java.util.logging, log4j, Python logging, glog letters, logcat letters,
// Windows event levels, PostgreSQL, and the numeric levels of bunyan and pino.
constexpr SeveritySpelling kSpellings[] = {
    {"info", Severity::info},
    {"debug", Severity::debug},
    {"warn", Severity::warn},
    {"error", Severity::error},
    {"trace", Severity::trace},
    {"fatal", Severity::fatal},
    {"warning", Severity::warn},
    {"notice", Severity::info},
    {"err", Severity::error},
    {"critical", Severity::fatal},
    {"crit", Severity::fatal},
    {"emerg", Severity::fatal},
    {"emergency", Severity::fatal},
    {"alert", Severity::fatal},
    {"panic", Severity::fatal},
    {"dpanic", Severity::fatal},
    {"severe", Severity::error},
    {"fine", Severity::debug},
    {"finer", Severity::trace},
    {"finest", Severity::trace},
    {"config", Severity::debug},
    {"verbose", Severity::trace},
    {"informational", Severity::info},
    {"information", Severity::info},
    {"success", Severity::info},
    {"log", Severity::info},
    {"statement", Severity::info},
    {"debug1", Severity::debug},
    {"debug2", Severity::debug},
    {"debug3", Severity::debug},
    {"debug4", Severity::debug},
    {"debug5", Severity::debug},
    {"dbg", Severity::debug},
    {"inf", Severity::info},
    {"wrn", Severity::warn},
    {"ftl", Severity::fatal},
    {"trc", Severity::trace},
    {"failure", Severity::error},
    {"exception", Severity::error},
    {"i", Severity::info},
    {"d", Severity::debug},
    {"w", Severity::warn},
    {"e", Severity::error},
    {"t", Severity::trace},
    {"f", Severity::fatal},
    {"c", Severity::fatal},
    {"v", Severity::trace},
    {"n", Severity::info},
    {"10", Severity::trace},
    {"20", Severity::debug},
    {"30", Severity::info},
    {"40", Severity::warn},
    {"50", Severity::error},
    {"60", Severity::fatal},
};

constexpr std::size_t kLongestSpelling = 13;  // "informational"

// Small letters, packed so that words are compared as numbers: this is asked of every line.
struct Letters {
  constexpr Letters(std::uint64_t front, std::uint64_t back, std::size_t size) : first(small(front)), rest(small(back)) {
    rest |= std::uint64_t{size} << 56;
  }
  constexpr explicit Letters(std::string_view text)
      : Letters(packed(text.substr(0, 8)), packed(text.substr(std::min<std::size_t>(text.size(), 8))), text.size()) {}
  friend bool operator==(const Letters&, const Letters&) = default;

  std::uint64_t first = 0, rest = 0;  // with the size

 private:
  // Of at most eight bytes.
  static constexpr std::uint64_t packed(std::string_view text) {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < text.size(); ++i) bytes |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    return bytes;
  }
  // A bit of each byte is set where that is 'A' to 'Z': no carry leaves a byte of which the highest bit was taken away.
  static constexpr std::uint64_t small(std::uint64_t bytes) {
    constexpr std::uint64_t kEach = 0x0101010101010101;
    const std::uint64_t low = bytes & 0x7f * kEach;
    const std::uint64_t from_a = low + (0x80 - 'A') * kEach, behind_z = low + (0x7f - 'Z') * kEach;
    return bytes | (((from_a ^ behind_z) & ~bytes & 0x80 * kEach) >> 2);
  }
};
constexpr auto kLetters = []<std::size_t... I>(std::index_sequence<I...>) { return std::array{Letters(kSpellings[I].lower)...}; }
(std::make_index_sequence<std::size(kSpellings)>());

// Of most words, which are of at most eight letters, without a branch for each.
Letters letters_of(std::string_view text) {
  const auto load = [&]<class Word>(Word, std::size_t at) { return std::uint64_t{base::load_le<Word>(text.data() + at)}; };
  const std::size_t size = text.size();
  if (size > 8) return Letters(text);
  if (size == 8) return {load(std::uint64_t{}, 0), 0, size};
  if (size >= 4) return {load(std::uint32_t{}, 0) | load(std::uint32_t{}, size - 4) << (8 * (size - 4)), 0, size};
  const auto byte = [&](std::size_t at) { return load(std::uint8_t{}, at) << (8 * at); };
  return {byte(0) | byte(size / 2) | byte(size - 1), 0, size};
}

// Each spelling has a slot of its own.
constexpr unsigned kSpellingSlotBits = 9;
constexpr std::size_t slot_of(const Letters& letters, std::uint64_t factor) {
  return (letters.first ^ letters.rest) * factor >> (64 - kSpellingSlotBits);
}

struct SpellingSlots {
  std::uint64_t factor = 0;
  std::array<std::uint8_t, std::size_t{1} << kSpellingSlotBits> spellings{};  // 0: none, else 1 more than where it stands

  constexpr bool fill() {
    spellings = {};
    for (std::size_t i = 0; i < kLetters.size(); ++i) {
      std::uint8_t& spelling = spellings[slot_of(kLetters[i], factor)];
      if (spelling != 0) return false;
      spelling = static_cast<std::uint8_t>(i + 1);
    }
    return true;
  }
};
constexpr SpellingSlots kSpellingSlots = [] {
  SpellingSlots slots;
  // Odd numbers that look like chance.
  for (slots.factor = 0x9e3779b97f4a7c15; !slots.fill(); slots.factor = slots.factor * 0x5851f42d4c957f2d + 2) {
  }
  return slots;
}();

}  // namespace

std::string_view severity_name(Severity severity) { return kSeverityNames[static_cast<std::size_t>(severity)]; }

std::span<const SeveritySpelling> severity_spellings() { return kSpellings; }

std::optional<Severity> severity_from_text(std::string_view text) {
  if (text.empty() || text.size() > kLongestSpelling) return std::nullopt;
  const Letters wanted = letters_of(text);
  const std::size_t spelling = kSpellingSlots.spellings[slot_of(wanted, kSpellingSlots.factor)];
  if (spelling == 0 || kLetters[spelling - 1] != wanted) return std::nullopt;
  return kSpellings[spelling - 1].severity;
}

Severity severity_from_syslog(unsigned severity) {
  switch (severity) {
    case 0:
    case 1:
    case 2: return Severity::fatal;
    case 3: return Severity::error;
    case 4: return Severity::warn;
    case 5:
    case 6: return Severity::info;
    case 7: return Severity::debug;
    default: return Severity::none;
  }
}

}  // namespace logmill::record
