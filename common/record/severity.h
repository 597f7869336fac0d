// How bad it is: the six levels that every spelling is mapped to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace logmill::record {

// Ordered: a greater one is worse. `none` means that the record says nothing of it.
enum class Severity : std::uint8_t { none, trace, debug, info, warn, error, fatal };

constexpr std::size_t kSeverities = 7;

// "TRACE" … "FATAL"; empty for `none`.
std::string_view severity_name(Severity severity);

// Knows the spellings of the common loggers, in any case: "W", "warn", "WARNING", "err",
// "critical", "notice", "emerg", "E", "SEVERE", "FINE" …, and the numbers of bunyan and pino (10 to
// 60). nullopt when it is none of these: the caller keeps the text in a field of its own.
std::optional<Severity> severity_from_text(std::string_view text);

// All that severity_from_text knows, in small letters.
struct SeveritySpelling {
  std::string_view lower;
  Severity severity;
};
std::span<const SeveritySpelling> severity_spellings();

// Syslog severities 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1.
Severity severity_from_syslog(unsigned severity);

}  // namespace logmill::record
