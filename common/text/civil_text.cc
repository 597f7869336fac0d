#include "text/civil_text.h"

#include "text/digits.h"

namespace logmill::text {
namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

std::optional<std::int64_t> scan_offset(std::string_view& text) {
  const bool negative = text[0] == '-';
  if (text.size() < 3) return std::nullopt;
  const int hours = two_digits(text.data() + 1);
  if (hours < 0 || hours > 23) return std::nullopt;
  std::size_t size = 3;
  int minutes = 0;
  const std::size_t colon = text.size() > 3 && text[3] == ':' ? 1 : 0;
  if (text.size() >= 5 + colon && is_digit(text[3 + colon])) {
    minutes = two_digits(text.data() + 3 + colon);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    size = 5 + colon;
  }
  text.remove_prefix(size);
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return negative ? -seconds : seconds;
}

}  // namespace

bool scan_date(std::string_view& text, CivilTime& civil) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  const int century = two_digits(text.data()), year = two_digits(text.data() + 2);
  const int month = two_digits(text.data() + 5), day = two_digits(text.data() + 8);
  if ((century | year | month | day) < 0) return false;
  civil.year = 100 * century + year;
  civil.month = static_cast<unsigned>(month);
  civil.day = static_cast<unsigned>(day);
  text.remove_prefix(10);
  return true;
}

bool scan_clock(std::string_view& text, CivilTime& civil) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  const int hour = two_digits(text.data()), minute = two_digits(text.data() + 3);
  const int second = two_digits(text.data() + 6);
  if ((hour | minute | second) < 0) return false;
  std::string_view rest = text.substr(8);
  if (!scan_fraction(rest, civil)) return false;
  civil.hour = static_cast<unsigned>(hour);
  civil.minute = static_cast<unsigned>(minute);
  civil.second = static_cast<unsigned>(second);
  text = rest;
  return true;
}

bool scan_fraction(std::string_view& text, CivilTime& civil) {
  civil.nanosecond = 0;
  // A comma or point that no digit follows belongs to the text behind the time.
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !is_digit(text[1])) return true;
  std::size_t digits = 0;
  unsigned value = 0;
  while (1 + digits < text.size() && is_digit(text[1 + digits])) {
    if (++digits > 9) return false;
    value = 10 * value + static_cast<unsigned>(text[digits] - '0');
  }
  constexpr unsigned kPowers[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  civil.nanosecond = value * kPowers[digits];
  text.remove_prefix(1 + digits);
  return true;
}

bool scan_month_name(std::string_view& text, CivilTime& civil) {
  if (text.size() < 3) return false;
  const std::size_t at = kMonths.find(text.substr(0, 3));
  if (at == std::string_view::npos || at % 3 != 0) return false;
  civil.month = static_cast<unsigned>(at / 3 + 1);
  text.remove_prefix(3);
  return true;
}

std::string_view month_name(unsigned month) { return kMonths.substr(3 * (month - 1), 3); }

std::optional<std::int64_t> scan_zone(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == '+' || text[0] == '-') return scan_offset(text);
  for (const std::string_view utc : {"Z", "z", "UTC", "GMT"}) {
    if (!text.starts_with(utc)) continue;
    text.remove_prefix(utc.size());
    return 0;
  }
  return std::nullopt;
}

void write_date_and_clock(char* to, const CivilTime& civil) {
  write_two_digits(to, static_cast<unsigned>(civil.year) / 100);
  write_two_digits(to + 2, static_cast<unsigned>(civil.year) % 100);
  write_two_digits(to + 5, civil.month);
  write_two_digits(to + 8, civil.day);
  write_two_digits(to + 11, civil.hour);
  write_two_digits(to + 14, civil.minute);
  write_two_digits(to + 17, civil.second);
}

}  // namespace logmill::text
