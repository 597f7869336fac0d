#include "record/severity.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace logmill::record {
namespace {

constexpr std::array<std::string_view, kSeverities> kSeverityNames = {"", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

struct Spelling {
  std::string_view lower;
  Severity severity;
};

// Sources: syslog(3) names, java.util.logging, log4j, Python logging, glog letters, logcat letters,
// Windows event levels, PostgreSQL, and the numeric levels of bunyan and pino.
constexpr Spelling kSpellings[] = {
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
  constexpr explicit Letters(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      const std::uint64_t lower = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
      (i < 8 ? first : rest) |= lower << (8 * (i % 8));
    }
    rest |= std::uint64_t{text.size()} << 56;
  }
  friend bool operator==(const Letters&, const Letters&) = default;

  std::uint64_t first = 0, rest = 0;  // with the size
};
constexpr auto kLetters = []<std::size_t... I>(std::index_sequence<I...>) { return std::array{Letters(kSpellings[I].lower)...}; }
(std::make_index_sequence<std::size(kSpellings)>());

}  // namespace

std::string_view severity_name(Severity severity) { return kSeverityNames[static_cast<std::size_t>(severity)]; }

std::optional<Severity> severity_from_text(std::string_view text) {
  if (text.empty() || text.size() > kLongestSpelling) return std::nullopt;
  const Letters wanted(text);
  for (std::size_t i = 0; i < kLetters.size(); ++i)
    if (kLetters[i] == wanted) return kSpellings[i].severity;
  return std::nullopt;
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
