#include "text/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "text/digits.h"
#include "text/json_writer.h"

namespace logmill::text {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kSecond = base::kNsPerSecond;
constexpr Unit kDurationUnits[] = {
    {"ns", 1},
    {"us", 1e3},
    {"µs", 1e3},
    {"ms", 1e6},
    {"s", kSecond},
    {"sec", kSecond},
    {"second", kSecond},
    {"seconds", kSecond},
    {"m", 60 * kSecond},
    {"min", 60 * kSecond},
    {"minute", 60 * kSecond},
    {"minutes", 60 * kSecond},
    {"h", 3600 * kSecond},
    {"hour", 3600 * kSecond},
    {"hours", 3600 * kSecond},
    {"d", 86400 * kSecond},
    {"day", 86400 * kSecond},
    {"days", 86400 * kSecond},
    {"w", 604800 * kSecond},
    {"week", 604800 * kSecond},
    {"weeks", 604800 * kSecond},
    {"y", 365 * 86400 * kSecond},
    {"year", 365 * 86400 * kSecond},
    {"years", 365 * 86400 * kSecond},
};

constexpr double kKibi = 1024;
constexpr Unit kSizeUnits[] = {
    {"", 1},
    {"b", 1},
    {"k", kKibi},
    {"kib", kKibi},
    {"kb", 1e3},
    {"m", kKibi* kKibi},
    {"mib", kKibi* kKibi},
    {"mb", 1e6},
    {"g", kKibi* kKibi* kKibi},
    {"gib", kKibi* kKibi* kKibi},
    {"gb", 1e9},
    {"t", kKibi* kKibi* kKibi* kKibi},
    {"tib", kKibi* kKibi* kKibi* kKibi},
    {"tb", 1e12},
};

constexpr Unit kCountUnits[] = {{"", 1}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"t", 1e12}};
constexpr Unit kPerUnits[] = {{"s", 1}, {"sec", 1}, {"m", 60}, {"min", 60}, {"h", 3600}};

base::Error invalid(std::string_view text, std::string_view why) {
  std::string what = "\"";
  what.append(text).append("\": ").append(why);
  return {base::ErrorCode::invalid, std::move(what)};
}

// "12", "1_000", "1.5", "1e6": what stands before the unit. Not negative.
std::optional<double> scan_number(std::string_view& text) {
  std::string digits;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c) || c == '.') {
      digits.push_back(c);
    } else if (c == '_' && at > 0 && is_digit(text[at - 1])) {
      continue;
    } else if ((c == 'e' || c == 'E') && at + 1 < text.size() && is_digit(text[at + 1])) {
      digits.push_back('e');
    } else {
      break;
    }
  }
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  text.remove_prefix(at);
  return number;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

template <std::size_t N>
std::optional<double> unit_factor(const Unit (&units)[N], std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return unit.factor;
  return std::nullopt;
}

void skip_spaces(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

std::string_view take_letters(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && !is_digit(text[size]) && text[size] != ' ') ++size;
  const std::string_view letters = text.substr(0, size);
  text.remove_prefix(size);
  return letters;
}

template <std::size_t N>
base::Result<std::uint64_t> parse_scaled(std::string_view text, const Unit (&units)[N], std::string_view expected) {
  std::string_view rest = text;
  const auto number = scan_number(rest);
  skip_spaces(rest);
  const auto factor = unit_factor(units, lower_case(rest));
  if (!number || !factor) return invalid(text, expected);
  const double value = *number * *factor;
  if (!(value < 0x1p64)) return invalid(text, "too large");
  if (value != std::floor(value)) return invalid(text, "not a whole number");
  return static_cast<std::uint64_t>(value);
}

}  // namespace

base::Result<std::int64_t> parse_duration(std::string_view text) {
  double total = 0;
  std::string_view rest = text;
  do {
    skip_spaces(rest);
    const auto number = scan_number(rest);
    if (!number) return invalid(text, "not a duration: write 90s, 250ms, 1h30m or 7d");
    skip_spaces(rest);
    const std::string_view name = take_letters(rest);
    if (name.empty()) {
      const std::string n(text);
      return base::Error{base::ErrorCode::invalid, n + ": a duration needs a unit: " + n + "s, " + n + "m, " + n + "h, " + n + "d"};
    }
    const auto factor = unit_factor(kDurationUnits, lower_case(name));
    if (!factor) return invalid(text, "unknown unit: units are ns, us, ms, s, m, h, d, w, y");
    total += *number * *factor;
    skip_spaces(rest);
  } while (!rest.empty());
  if (!(total < 0x1p63)) return invalid(text, "a duration beyond 292 years");
  return static_cast<std::int64_t>(total);
}

base::Result<std::uint64_t> parse_size(std::string_view text) {
  return parse_scaled(text, kSizeUnits, "not a size: write 4096, 64K, 64MiB, 10KB or 1.5G");
}

base::Result<std::uint64_t> parse_count(std::string_view text) {
  return parse_scaled(text, kCountUnits, "not a count: write 1000000, 10k, 1M or 1e6");
}

base::Result<double> parse_rate(std::string_view text) {
  constexpr std::string_view kExpected = "not a rate: write 500, 10k/s, 600/m or max";
  if (text == "max") return 0.0;
  const std::size_t slash = text.find('/');
  std::string_view count = text.substr(0, slash);
  const auto number = scan_number(count);
  const auto factor = unit_factor(kCountUnits, lower_case(count));
  const auto seconds = slash == std::string_view::npos ? std::optional(1.0) : unit_factor(kPerUnits, lower_case(text.substr(slash + 1)));
  if (!number || !factor || !seconds) return invalid(text, kExpected);
  const double rate = *number * *factor / *seconds;
  if (rate <= 0 || !std::isfinite(rate)) return invalid(text, "a rate is more than zero");
  return rate;
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array kNames = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // 1023.995 would print as 1024.00.
  while (value >= (unit == 0 ? 1024 : 1023.995)) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.2f %s", value, kNames[unit]);
  return text;
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string format_duration(std::int64_t ns) {
  if (ns < 0) return "-" + format_duration(ns == std::numeric_limits<std::int64_t>::min() ? std::numeric_limits<std::int64_t>::max() : -ns);
  if (ns < base::kNsPerUs) return std::to_string(ns) + " ns";
  if (ns < base::kNsPerMs) return std::to_string(ns / base::kNsPerUs) + " us";
  if (ns < base::kNsPerSecond) return std::to_string(ns / base::kNsPerMs) + " ms";
  const std::int64_t seconds = ns / base::kNsPerSecond;
  if (seconds < 60) {
    std::string text;
    append_decimal(text, ns / (base::kNsPerSecond / 10), 1);
    return text + " s";
  }
  const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  const auto pair = [](std::int64_t large, const char* unit, std::int64_t small, const char* sub) {
    std::string text = std::to_string(large) + unit;
    return small == 0 ? text : text + std::to_string(small) + sub;
  };
  if (hours == 0) return pair(minutes, "m", seconds % 60, "s");
  if (days == 0) return pair(hours, "h", minutes % 60, "m");
  return pair(days, "d", hours % 24, "h");
}

}  // namespace logmill::text
