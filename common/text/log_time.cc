// Times as logs write them.
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "text/civil_text.h"
#include "text/digits.h"
#include "text/time.h"

namespace logmill::text {
namespace {

// A zone may stand one space away ("2026-11-21 10:15:00 +0000"). What follows must not go on with
// a letter or digit: in "10:15:00 +1234567" there is no zone.
std::optional<std::int64_t> scan_zone_after_time(std::string_view& text) {
  std::string_view rest = text;
  const bool spaced = rest.starts_with(' ');
  if (spaced) rest.remove_prefix(1);
  const auto zone = scan_zone(rest);
  if (!zone) return std::nullopt;
  const std::size_t size = text.size() - rest.size();
  if (spaced && size < 4) return std::nullopt;  // " +5", " Z": words of the message
  if (!rest.empty() && (is_digit(rest[0]) || (rest[0] | 0x20) >= 'a')) return std::nullopt;
  text = rest;
  return zone;
}

// Parts of a decimal number; `fraction` has nine digits, further ones are cut.
struct EpochNumber {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
};

std::optional<EpochNumber> scan_epoch_number(std::string_view text) {
  EpochNumber number;
  const char* end = text.data() + text.size();
  const auto whole = std::from_chars(text.data(), end, number.whole);
  if (whole.ec != std::errc{}) return std::nullopt;
  const char* at = whole.ptr;
  if (at == end) return number;
  if (*at++ != '.' || at == end) return std::nullopt;
  std::uint64_t unit = 100'000'000;
  for (; at != end; ++at, unit /= 10) {
    if (!is_digit(*at)) return std::nullopt;
    number.fraction += unit * static_cast<std::uint64_t>(*at - '0');
  }
  return number;
}

}  // namespace

std::optional<base::TimeNs> parse_rfc3339_prefix(std::string_view text, std::string_view& rest) {
  CivilTime civil;
  if (!scan_date(text, civil) || text.empty()) return std::nullopt;
  if (text[0] != 'T' && text[0] != ' ' && text[0] != 't') return std::nullopt;
  text.remove_prefix(1);
  if (!scan_clock(text, civil)) return std::nullopt;
  const auto zone = scan_zone_after_time(text);
  const auto time = ns_from_civil(civil, zone.value_or(0));
  if (time) rest = text;
  return time;
}

std::optional<base::TimeNs> parse_rfc3339(std::string_view text) {
  std::string_view rest;
  const auto time = parse_rfc3339_prefix(text, rest);
  return rest.empty() ? time : std::nullopt;
}

std::optional<base::TimeNs> parse_epoch(std::string_view text) {
  const auto number = scan_epoch_number(text);
  if (!number) return std::nullopt;
  // Seconds from 1973 to 5138, milliseconds, microseconds, nanoseconds of about the same years.
  // Smaller numbers are counts or durations.
  std::uint64_t unit = base::kNsPerSecond;
  for (std::uint64_t limit = 100'000'000'000; unit > 1 && number->whole >= limit; limit *= 1000) unit /= 1000;
  if (number->whole < 100'000'000) return std::nullopt;
  const std::uint64_t fraction = number->fraction / (base::kNsPerSecond / unit);
  constexpr std::uint64_t kMax = std::numeric_limits<base::TimeNs>::max();
  if (number->whole > (kMax - fraction) / unit) return std::nullopt;
  return static_cast<base::TimeNs>(number->whole * unit + fraction);
}

std::optional<base::TimeNs> ns_from_civil_before(CivilTime civil, base::TimeNs reference) {
  // Clocks that run ahead, and zones east of here.
  constexpr std::int64_t kAheadMax = base::kNsPerDay;
  const int latest = civil_from_ns(reference).year + 1;
  // 29 February: leap years are at most eight years apart.
  for (int year = latest; year >= latest - 9; --year) {
    civil.year = year;
    const auto time = ns_from_civil(civil);
    if (time && *time - kAheadMax <= reference) return time;
  }
  return std::nullopt;
}

std::optional<base::TimeNs> parse_bsd_prefix(std::string_view text, base::TimeNs reference, std::string_view& rest) {
  CivilTime civil;
  if (!scan_month_name(text, civil) || text.size() < 3 || text[0] != ' ') return std::nullopt;
  // The day is two characters wide with a space or a zero in front, or one digit in sloppy writers.
  text.remove_prefix(text[1] == ' ' ? 2 : 1);
  civil.day = 0;
  while (!text.empty() && is_digit(text[0]) && civil.day < 10) {
    civil.day = 10 * civil.day + static_cast<unsigned>(text[0] - '0');
    text.remove_prefix(1);
  }
  if (!text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);
  if (!scan_clock(text, civil)) return std::nullopt;

  const auto time = ns_from_civil_before(civil, reference);
  if (time) rest = text;
  return time;
}

std::optional<base::TimeNs> parse_clf(std::string_view text) {
  CivilTime civil;
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') return std::nullopt;
  const int day = two_digits(text.data());
  const int century = two_digits(text.data() + 7), year = two_digits(text.data() + 9);
  std::string_view month = text.substr(3);
  if ((day | century | year) < 0 || !scan_month_name(month, civil)) return std::nullopt;
  civil.day = static_cast<unsigned>(day);
  civil.year = 100 * century + year;
  text.remove_prefix(12);
  if (!scan_clock(text, civil)) return std::nullopt;
  const auto zone = scan_zone_after_time(text);
  if (!text.empty()) return std::nullopt;
  return ns_from_civil(civil, zone.value_or(0));
}

}  // namespace logmill::text
