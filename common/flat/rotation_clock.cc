#include "flat/rotation_clock.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "text/time.h"

namespace logmill::flat {
namespace {

constexpr std::int64_t kNsPerHour = 3'600 * base::kNsPerSecond;
constexpr unsigned kDaysPerWeek = 7;
constexpr std::int64_t kFirstMonday = 4;  // 1970-01-05, in days since the epoch

struct LocalTime {
  std::int64_t day;  // since 1970-01-01
  unsigned hour, minute;
};

LocalTime local(base::TimeNs time) {
  std::string text;
  text::append_time_local(text, time, false);  // "2026-11-21 10:15:00.123"
  const auto number = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    for (const char digit : text.substr(at, size)) value = value * 10 + static_cast<unsigned>(digit - '0');
    return value;
  };
  return {text::days_from_civil(static_cast<int>(number(0, 4)), number(5, 2), number(8, 2)), number(11, 2), number(14, 2)};
}

// An hour that the zone skips or repeats is where the system's mktime puts it.
base::TimeNs at(std::int64_t day, unsigned hour, unsigned minute) {
  const text::CivilTime civil = text::civil_from_ns(day * base::kNsPerDay);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02u:%02u", civil.year, civil.month, civil.day, hour, minute);
  return text::parse_user_time(text.data(), 0, false).value_or(INT64_MAX);
}

std::int64_t first_of_next_month(std::int64_t day) {
  const text::CivilTime civil = text::civil_from_ns(day * base::kNsPerDay);
  return civil.month == 12 ? text::days_from_civil(civil.year + 1, 1, 1) : text::days_from_civil(civil.year, civil.month + 1, 1);
}

}  // namespace

base::TimeNs RotationClock::next(base::TimeNs time) const {
  const LocalTime now = local(time);
  switch (every) {
    case Every::never: return INT64_MAX;
    case Every::hour: {
      const std::int64_t into_hour = now.minute * 60 * base::kNsPerSecond + time % (60 * base::kNsPerSecond);
      return time - into_hour + kNsPerHour;
    }
    case Every::day: {
      const base::TimeNs today = at(now.day, minute_of_day / 60, minute_of_day % 60);
      return today > time ? today : at(now.day + 1, minute_of_day / 60, minute_of_day % 60);
    }
    case Every::week: return at(now.day + kDaysPerWeek - (now.day - kFirstMonday) % kDaysPerWeek, 0, 0);
    case Every::month: return at(first_of_next_month(now.day), 0, 0);
  }
  return INT64_MAX;
}

base::Result<RotationClock> parse_rotation_clock(std::string_view text) {
  using Every = RotationClock::Every;
  if (text == "hourly") return RotationClock{.every = Every::hour};
  if (text == "daily") return RotationClock{.every = Every::day};
  if (text == "weekly") return RotationClock{.every = Every::week};
  if (text == "monthly") return RotationClock{.every = Every::month};
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(text[i] - '0'); };
  if (text.size() == 5 && text[2] == ':' && digit(0) < 10 && digit(1) < 10 && digit(3) < 10 && digit(4) < 10) {
    const unsigned hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
    if (hour < 24 && minute < 60) return RotationClock{.every = Every::day, .minute_of_day = hour * 60 + minute};
  }
  return base::Error{base::ErrorCode::invalid, "'" + std::string(text) + "' is none of hourly, daily, weekly, monthly, HH:MM"};
}

}  // namespace logmill::flat
