// Times in and out: the forms that logs hold and the forms that people type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace logmill::text {

struct CivilTime {
  int year = 1970;
  unsigned month = 1, day = 1;  // 1 to 12, 1 to 31
  unsigned hour = 0, minute = 0, second = 0;
  unsigned nanosecond = 0;
};

// Days since 1970-01-01 of a proleptic Gregorian date; Howard Hinnant's days_from_civil.
std::int64_t days_from_civil(int year, unsigned month, unsigned day);
CivilTime civil_from_ns(base::TimeNs time);
// nullopt if a part is out of range (month 13, 31 April) or the time is beyond int64 nanoseconds.
std::optional<base::TimeNs> ns_from_civil(const CivilTime& civil, std::int64_t offset_seconds = 0);

// For times written without a year: the latest year that puts the time at most a day after
// `reference`. A log speaks of the past: in November, "Feb 25" is nine months ago, not three months
// ahead.
std::optional<base::TimeNs> ns_from_civil_before(CivilTime civil, base::TimeNs reference);

// RFC 3339 and its common relatives: 'T' or space, ',' or '.' before 1 to 9 digits, 'Z', ±hh:mm,
// ±hhmm or no zone at all (taken as UTC). The whole text must match.
std::optional<base::TimeNs> parse_rfc3339(std::string_view text);

// The same from the front of a longer text; `rest` receives what follows.
std::optional<base::TimeNs> parse_rfc3339_prefix(std::string_view text, std::string_view& rest);

// A number since the epoch in seconds, milliseconds, microseconds or nanoseconds, told apart by
// magnitude, with a fraction or without: 1763719300, 1763719300.25, 1763719300250.
std::optional<base::TimeNs> parse_epoch(std::string_view text);

// "Nov 21 10:15:00" or "Nov  1 …" (RFC 3164): no year, no zone. The year as in
// ns_from_civil_before. `rest` receives what follows.
std::optional<base::TimeNs> parse_bsd_prefix(std::string_view text, base::TimeNs reference, std::string_view& rest);

// "21/Nov/2026:10:15:00 +0000" (Apache and nginx access logs). The whole text must match.
std::optional<base::TimeNs> parse_clf(std::string_view text);

// Any of the above, and what people type: "2h ago", "-15m", "now", "today", "yesterday 14:00",
// "14:30", "2026-11-21", "2026-11-21 10:15". Bare dates and clock times are in the local zone
// unless `utc`.
base::Result<base::TimeNs> parse_user_time(std::string_view text, base::TimeNs now, bool utc);

// "2026-11-21 10:15:00.123" in the local zone (or UTC), for people.
void append_time_local(std::string& out, base::TimeNs time, bool utc);

}  // namespace logmill::text
