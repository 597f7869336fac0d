// Times as people type and read them.
#include <ctime>

#include "text/civil_text.h"
#include "text/digits.h"
#include "text/json_writer.h"
#include "text/time.h"
#include "text/units.h"

namespace logmill::text {
namespace {

enum class Zone { local, utc };

base::TimeNs floor_to_second(base::TimeNs time) {
  const base::TimeNs rest = time % base::kNsPerSecond;
  return time - (rest < 0 ? rest + base::kNsPerSecond : rest);
}

CivilTime civil_in_zone(base::TimeNs time, Zone zone) {
  if (zone == Zone::utc) return civil_from_ns(time);
  const auto seconds = static_cast<std::time_t>(floor_to_second(time) / base::kNsPerSecond);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  CivilTime civil;
  civil.year = local.tm_year + 1900;
  civil.month = static_cast<unsigned>(local.tm_mon + 1);
  civil.day = static_cast<unsigned>(local.tm_mday);
  civil.hour = static_cast<unsigned>(local.tm_hour);
  civil.minute = static_cast<unsigned>(local.tm_min);
  civil.second = static_cast<unsigned>(local.tm_sec);
  civil.nanosecond = static_cast<unsigned>(time - floor_to_second(time));
  return civil;
}

std::optional<base::TimeNs> ns_in_zone(const CivilTime& civil, Zone zone) {
  const auto as_utc = ns_from_civil(civil);  // also judges whether the parts are in range
  if (!as_utc || zone == Zone::utc) return as_utc;
  std::tm local{};
  local.tm_year = civil.year - 1900;
  local.tm_mon = static_cast<int>(civil.month) - 1;
  local.tm_mday = static_cast<int>(civil.day);
  local.tm_hour = static_cast<int>(civil.hour);
  local.tm_min = static_cast<int>(civil.minute);
  local.tm_sec = static_cast<int>(civil.second);
  local.tm_isdst = -1;
  return std::int64_t{std::mktime(&local)} * base::kNsPerSecond + civil.nanosecond;
}

// "14:30" or "14:30:15.5"; the whole text.
bool scan_short_clock(std::string_view text, CivilTime& civil) {
  if (scan_clock(text, civil)) return text.empty();
  if (text.size() != 5 || text[2] != ':') return false;
  const int hour = two_digits(text.data()), minute = two_digits(text.data() + 3);
  if ((hour | minute) < 0) return false;
  civil.hour = static_cast<unsigned>(hour);
  civil.minute = static_cast<unsigned>(minute);
  civil.second = civil.nanosecond = 0;
  return true;
}

// "today", "yesterday 14:00", "tomorrow"
std::optional<base::TimeNs> parse_named_day(std::string_view text, base::TimeNs now, Zone zone) {
  struct Day {
    std::string_view name;
    int days;
  };
  for (const Day& day : {Day{"today", 0}, Day{"yesterday", -1}, Day{"tomorrow", 1}}) {
    if (!text.starts_with(day.name)) continue;
    text.remove_prefix(day.name.size());
    CivilTime civil = civil_in_zone(now, zone);
    // The calendar, not 24 hours: a day with a change of clocks is shorter or longer.
    const base::TimeNs noon = (days_from_civil(civil.year, civil.month, civil.day) + day.days) * base::kNsPerDay;
    civil = civil_from_ns(noon);
    if (text.empty()) return ns_in_zone(civil, zone);
    while (text.starts_with(' ')) text.remove_prefix(1);
    return scan_short_clock(text, civil) ? ns_in_zone(civil, zone) : std::nullopt;
  }
  return std::nullopt;
}

// "2h ago", "-15m", "+1h"
std::optional<base::TimeNs> parse_relative(std::string_view text, base::TimeNs now) {
  constexpr std::string_view kAgo = "ago";
  bool past = true;
  if (text.starts_with('-') || text.starts_with('+')) {
    past = text[0] == '-';
    text.remove_prefix(1);
  } else if (text.ends_with(kAgo)) {
    text.remove_suffix(kAgo.size());
    while (text.ends_with(' ')) text.remove_suffix(1);
  } else {
    return std::nullopt;
  }
  const auto duration = parse_duration(text);
  base::TimeNs time = 0;
  if (!duration) return std::nullopt;
  const bool overflow = past ? __builtin_sub_overflow(now, *duration, &time) : __builtin_add_overflow(now, *duration, &time);
  return overflow ? std::nullopt : std::optional(time);
}

// "2026-11-21", "2026-11-21 10:15", "2026-11-21 10:15:00.5": without a zone of their own.
std::optional<base::TimeNs> parse_date(std::string_view text, Zone zone) {
  CivilTime civil;
  if (!scan_date(text, civil)) return std::nullopt;
  if (text.empty()) return ns_in_zone(civil, zone);
  if (text[0] != ' ' && text[0] != 'T') return std::nullopt;
  text.remove_prefix(1);
  return scan_short_clock(text, civil) ? ns_in_zone(civil, zone) : std::nullopt;
}

std::optional<base::TimeNs> parse_any(std::string_view text, base::TimeNs now, Zone zone) {
  if (text == "now") return now;
  if (const auto time = parse_named_day(text, now, zone)) return time;
  if (const auto time = parse_relative(text, now)) return time;
  if (const auto time = parse_date(text, zone)) return time;
  CivilTime today = civil_in_zone(now, zone);
  if (scan_short_clock(text, today)) return ns_in_zone(today, zone);
  if (const auto time = parse_rfc3339(text)) return time;
  if (const auto time = parse_epoch(text)) return time;
  if (const auto time = parse_clf(text)) return time;
  std::string_view rest;
  const auto time = parse_bsd_prefix(text, now, rest);
  return rest.empty() ? time : std::nullopt;
}

}  // namespace

base::Result<base::TimeNs> parse_user_time(std::string_view text, base::TimeNs now, bool utc) {
  if (const auto time = parse_any(text, now, utc ? Zone::utc : Zone::local)) return *time;
  return base::Error{base::ErrorCode::invalid, "\"" + std::string(text) +
                                                   "\" is not a time: write 2026-11-21T10:15:00Z, 2026-11-21, 14:30, "
                                                   "\"yesterday 14:00\", \"2h ago\" or an epoch number"};
}

void append_time_local(std::string& out, base::TimeNs time, bool utc) {
  const CivilTime civil = civil_in_zone(time, utc ? Zone::utc : Zone::local);
  char text[] = "0000-00-00 00:00:00.000";
  write_date_and_clock(text, civil);
  const unsigned ms = civil.nanosecond / 1'000'000;
  text[20] = static_cast<char>('0' + ms / 100);
  write_two_digits(text + 21, ms % 100);
  out.append(text, sizeof text - 1);
}

}  // namespace logmill::text
