#include "loggen/line_time.h"

#include <algorithm>

#include "text/civil_text.h"
#include "text/digits.h"
#include "text/json_writer.h"
#include "text/log_time_writer.h"
#include "text/time.h"

namespace logmill::loggen {

namespace {

// How far into a line a time may begin: behind a program's name, an address, a first JSON key or
// two.
constexpr std::size_t kSearchBytes = 256;

constexpr std::size_t kClfBytes = std::string_view("21/Nov/2026:10:15:00 +0000").size();
constexpr std::size_t kIsoSecondBytes = std::string_view("2026-11-21T10:15:00").size();

bool at_word_start(std::string_view line, std::size_t at) { return at == 0 || !text::is_digit(line[at - 1]); }

std::optional<LineTime> iso_at(std::string_view line, std::size_t at) {
  if (line.size() - at < kIsoSecondBytes || line[at + 4] != '-') return std::nullopt;
  std::string_view rest;
  const auto time = text::parse_rfc3339_prefix(line.substr(at), rest);
  if (!time) return std::nullopt;
  const std::size_t size = line.size() - at - rest.size();
  return LineTime{at, size, *time, TimeForm::iso, line.substr(at, size)};
}

std::optional<LineTime> clf_at(std::string_view line, std::size_t at) {
  if (line.size() - at < kClfBytes || line[at + 2] != '/') return std::nullopt;
  const std::string_view text = line.substr(at, kClfBytes);
  const auto time = text::parse_clf(text);
  if (!time) return std::nullopt;
  return LineTime{at, kClfBytes, *time, TimeForm::clf, text};
}

// What `bsd_at` found, if a year follows: "Nov 21 10:15:00 2026", "Nov 21 10:15:00.123456 2026".
std::optional<LineTime> asctime_at(std::string_view line, std::size_t at, std::size_t bsd_size) {
  std::string_view text = line.substr(at);
  text::CivilTime civil;
  if (!text::scan_month_name(text, civil)) return std::nullopt;
  text.remove_prefix(1);
  civil.day = static_cast<unsigned>(text::is_digit(text[0]) ? text::two_digits(text.data()) : text[1] - '0');
  text.remove_prefix(text.find(' ', 1) + 1);
  if (!text::scan_clock(text, civil)) return std::nullopt;
  if (text.size() < 5 || text[0] != ' ') return std::nullopt;
  const int century = text::two_digits(text.data() + 1), year = text::two_digits(text.data() + 3);
  if (century < 19 || year < 0 || (text.size() > 5 && text::is_digit(text[5]))) return std::nullopt;
  civil.year = 100 * century + year;
  const auto time = text::ns_from_civil(civil);
  const std::size_t size = line.size() - at - text.size() + 5;
  if (!time || size < bsd_size) return std::nullopt;
  return LineTime{at, size, *time, TimeForm::asctime, line.substr(at, size)};
}

std::optional<LineTime> bsd_at(std::string_view line, std::size_t at, base::TimeNs reference) {
  std::string_view rest;
  const auto time = text::parse_bsd_prefix(line.substr(at), reference, rest);
  if (!time) return std::nullopt;
  const std::size_t size = line.size() - at - rest.size();
  if (auto found = asctime_at(line, at, size)) return found;
  return LineTime{at, size, *time, TimeForm::bsd, line.substr(at, size)};
}

// Ten digits or more that, read as a time, lie between 2001 and 2286: other numbers of that length
// are rare at the front of a line.
std::optional<LineTime> epoch_at(std::string_view line, std::size_t at) {
  std::size_t size = 0;
  while (at + size < line.size() && text::is_digit(line[at + size])) ++size;
  if (size != 10 && size != 13 && size != 16 && size != 19) return std::nullopt;
  if (size == 10 && at + size + 1 < line.size() && line[at + size] == '.' && text::is_digit(line[at + size + 1])) {
    ++size;
    while (size < 20 && at + size < line.size() && text::is_digit(line[at + size])) ++size;
  }
  const std::string_view text = line.substr(at, size);
  const auto time = text::parse_epoch(text);
  if (!time) return std::nullopt;
  return LineTime{at, size, *time, TimeForm::epoch, text};
}

std::optional<LineTime> digits_at(std::string_view line, std::size_t at) {
  if (auto found = iso_at(line, at)) return found;
  if (auto found = clf_at(line, at)) return found;
  return epoch_at(line, at);
}

// "+01:00" at the end of a written time, in seconds; 0 for Z and for none.
std::int64_t zone_of(std::string_view text) {
  const std::size_t sign = text.find_first_of("+-", kIsoSecondBytes);
  if (sign == std::string_view::npos) return 0;
  std::string_view zone = text.substr(sign);
  return text::scan_zone(zone).value_or(0);
}

// Puts the leading digits of nanoseconds over the digits of a fraction.
void write_fraction(std::string& text, std::size_t from, unsigned nanosecond) {
  unsigned unit = 100'000'000;
  for (std::size_t at = from; at < text.size() && text::is_digit(text[at]); ++at, unit /= 10)
    text[at] = static_cast<char>('0' + (unit > 0 ? nanosecond / unit % 10 : 0));
}

void append_iso(std::string& out, std::string_view like, base::TimeNs time) {
  std::string text(like);
  const text::CivilTime civil = text::civil_from_ns(time + zone_of(like) * base::kNsPerSecond);
  text::write_date_and_clock(text.data(), civil);
  write_fraction(text, kIsoSecondBytes + 1, civil.nanosecond);
  out += text;
}

// With the fraction and the year that follow the seconds in `like`, if any.
void append_month_first(std::string& out, const LineTime& like, base::TimeNs time) {
  const text::CivilTime civil = text::civil_from_ns(time);
  const std::string_view after_seconds = like.text.substr(like.text.find(':') + 6);
  std::string text;
  text::append_bsd(text, time);
  const std::size_t fraction = text.size() + 1;
  text.append(after_seconds);
  if (after_seconds.starts_with('.')) write_fraction(text, fraction, civil.nanosecond);
  if (like.form == TimeForm::asctime) {
    text::write_two_digits(text.data() + text.size() - 4, static_cast<unsigned>(civil.year) / 100);
    text::write_two_digits(text.data() + text.size() - 2, static_cast<unsigned>(civil.year) % 100);
  }
  out += text;
}

void append_epoch(std::string& out, std::string_view like, base::TimeNs time) {
  const std::size_t point = like.find('.');
  const std::size_t whole = std::min(point, like.size());
  base::TimeNs unit = base::kNsPerSecond;
  for (std::size_t digits = 10; digits < whole; ++digits) unit /= 10;
  std::string text;
  text::append_integer(text, time / unit);
  text.append(like.substr(whole));
  if (point != std::string_view::npos)
    write_fraction(text, text.size() - (like.size() - point) + 1, static_cast<unsigned>(time % base::kNsPerSecond));
  out += text;
}

}  // namespace

std::optional<LineTime> find_line_time(std::string_view line, base::TimeNs reference) {
  const std::size_t end = std::min(line.size(), kSearchBytes);
  for (std::size_t at = 0; at < end; ++at) {
    if (text::is_digit(line[at])) {
      if (!at_word_start(line, at)) continue;
      if (auto found = digits_at(line, at)) return found;
    } else if (line[at] >= 'A' && line[at] <= 'S') {  // Apr to Sep: months
      if (auto found = bsd_at(line, at, reference)) return found;
    }
  }
  return std::nullopt;
}

void append_line_time(std::string& out, const LineTime& like, base::TimeNs time) {
  switch (like.form) {
    case TimeForm::iso: return append_iso(out, like.text, time);
    case TimeForm::clf: {
      std::string_view zone = like.text.substr(like.text.size() - 5);
      return text::append_clf(out, time, text::scan_zone(zone).value_or(0));
    }
    case TimeForm::bsd:
    case TimeForm::asctime: return append_month_first(out, like, time);
    case TimeForm::epoch: return append_epoch(out, like.text, time);
  }
}

}  // namespace logmill::loggen
