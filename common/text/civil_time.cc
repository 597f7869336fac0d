// Calendar arithmetic. The algorithms are those of Howard Hinnant, "chrono-Compatible Low-Level
// Date Algorithms": years start in March, so that the leap day is the last of its year.
#include <limits>

#include "text/time.h"

namespace logmill::text {
namespace {

constexpr std::int64_t kDaysPerEra = 146'097;   // 400 years
constexpr std::int64_t kDaysToEpoch = 719'468;  // from 0000-03-01 to 1970-01-01

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

unsigned days_in_month(int year, unsigned month) {
  constexpr unsigned char kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

bool in_range(const CivilTime& civil) {
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= days_in_month(civil.year, civil.month) &&
         civil.hour <= 23 && civil.minute <= 59 && civil.second <= 60 &&  // 60: a leap second counts as the next second
         civil.nanosecond < base::kNsPerSecond;
}

}  // namespace

std::int64_t days_from_civil(int year, unsigned month, unsigned day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysToEpoch;
}

CivilTime civil_from_ns(base::TimeNs time) {
  std::int64_t days = time / base::kNsPerDay;
  std::int64_t in_day = time % base::kNsPerDay;
  if (in_day < 0) {
    in_day += base::kNsPerDay;
    --days;
  }
  days += kDaysToEpoch;
  const std::int64_t era = (days >= 0 ? days : days - (kDaysPerEra - 1)) / kDaysPerEra;
  const auto day_of_era = static_cast<unsigned>(days - era * kDaysPerEra);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month_from_march = (5 * day_of_year + 2) / 153;

  CivilTime civil;
  civil.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  civil.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  civil.year = static_cast<int>(era * 400 + year_of_era) + (civil.month <= 2 ? 1 : 0);
  const auto second_of_day = static_cast<unsigned>(in_day / base::kNsPerSecond);
  civil.nanosecond = static_cast<unsigned>(in_day % base::kNsPerSecond);
  civil.hour = second_of_day / 3600;
  civil.minute = second_of_day / 60 % 60;
  civil.second = second_of_day % 60;
  return civil;
}

std::optional<base::TimeNs> ns_from_civil(const CivilTime& civil, std::int64_t offset_seconds) {
  if (!in_range(civil)) return std::nullopt;
  const std::int64_t seconds =
      days_from_civil(civil.year, civil.month, civil.day) * 86'400 + civil.hour * 3600 + civil.minute * 60 + civil.second - offset_seconds;
  constexpr std::int64_t kSecondsMax = std::numeric_limits<base::TimeNs>::max() / base::kNsPerSecond;
  if (seconds >= kSecondsMax || seconds <= -kSecondsMax) return std::nullopt;
  return seconds * base::kNsPerSecond + civil.nanosecond;
}

}  // namespace logmill::text
