#include "parse/stamp.h"

#include <algorithm>
#include <iterator>

#include "text/civil_text.h"
#include "text/time.h"
#include "text/tokens.h"

namespace logmill::parse {
namespace {

// Zone names that logs carry, beyond the UTC and GMT that text/ knows. Where a name is used in
// several parts of the world (CST), the North American one is meant.
struct Zone {
  std::string_view name;
  int hours;
};
constexpr Zone kZones[] = {{"CET", 1},  {"CEST", 2}, {"WET", 0},  {"WEST", 1}, {"EET", 2},  {"EEST", 3},
                           {"MSK", 3},  {"BST", 1},  {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                           {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}, {"JST", 9}};

// The parts of a time as they are taken off the front of a text.
struct Scan {
  std::string_view rest;
  text::CivilTime civil;
  bool has_year = false;

  bool digits(std::size_t least, std::size_t most, unsigned& value) {
    value = 0;
    std::size_t size = 0;
    while (size < most && size < rest.size() && is_digit(rest[size])) value = value * 10 + static_cast<unsigned>(rest[size++] - '0');
    rest.remove_prefix(size);
    return size >= least;
  }

  bool year(std::size_t width) {
    unsigned value;
    if (!digits(width, width, value)) return false;
    // POSIX: two digits from 69 on are of the last century.
    const unsigned century = width == 4 ? 0 : value < 69 ? 2000 : 1900;
    civil.year = static_cast<int>(value + century);
    return has_year = true;
  }

  bool day() {
    if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return digits(1, 2, civil.day);
  }

  bool weekday() {
    const bool named = rest.size() > 3 && is_upper(rest[0]) && is_lower(rest[1]) && is_lower(rest[2]);
    if (named) rest.remove_prefix(3);
    return named;
  }

  bool clock_of_twelve() {
    if (!digits(1, 2, civil.hour) || civil.hour == 0 || civil.hour > 12) return false;
    if (!literal(':') || !digits(2, 2, civil.minute)) return false;
    if (!literal(':') || !digits(2, 2, civil.second)) return false;
    const bool afternoon = rest.starts_with(" PM");
    if (!afternoon && !rest.starts_with(" AM")) return false;
    civil.hour = civil.hour % 12 + (afternoon ? 12 : 0);
    rest.remove_prefix(3);
    return true;
  }

  bool literal(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  bool part(char letter) {
    switch (letter) {
      case 'Y': return year(4);
      case 'y': return year(2);
      case 'm': return digits(2, 2, civil.month);
      case 'b': return text::scan_month_name(rest, civil);
      case 'd': return day();
      case 'a': return weekday();
      case 'T': return text::scan_clock(rest, civil);
      case 'r': return clock_of_twelve();
      case 'H': return digits(1, 2, civil.hour);
      case 'M': return digits(2, 2, civil.minute);
      case 'S': return digits(2, 2, civil.second);
      default: return false;
    }
  }

  bool all(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (pattern[i] == '%' ? !part(pattern[++i]) : !literal(pattern[i])) return false;
    return true;
  }
};

// A bit for each letter that names begin with: most words behind a time are none, which one look tells.
constexpr std::uint32_t kZoneLetters = [] {
  std::uint32_t letters = 0;
  for (const Zone& zone : kZones) letters |= std::uint32_t{1} << (zone.name[0] - 'A');
  return letters;
}();

// Takes " CEST" off and returns its offset in seconds; 0 when no known zone follows.
std::int64_t take_zone_name(Cursor& cursor) {
  const std::string_view rest = cursor.rest();
  if (rest.size() < 4 || rest[0] != ' ' || !is_upper(rest[1]) || !is_upper(rest[2])) return 0;
  if ((kZoneLetters >> (rest[1] - 'A') & 1) == 0) return 0;
  std::size_t end = 1;
  while (end < rest.size() && is_upper(rest[end])) ++end;
  const std::string_view name = rest.substr(1, end - 1);
  if (name.back() != 'T' && name.back() != 'K') return 0;  // most often it is a level
  const auto* zone = std::find_if(std::begin(kZones), std::end(kZones), [name](const Zone& known) { return known.name == name; });
  if (zone == std::end(kZones)) return 0;
  cursor.skip(end);
  return std::int64_t{3600} * zone->hours;
}

// "10:15:00x" is no time: a word of the line is a word of its fields, or part of a time (query/filter/line_demand.h builds on that).
bool ends_word(std::string_view rest) { return rest.empty() || !text::is_token_byte(rest.front()); }

}  // namespace

std::optional<base::TimeNs> take_stamp(Cursor& cursor, std::string_view pattern, base::TimeNs reference) {
  Scan scan{.rest = cursor.rest(), .civil = {}};
  if (!scan.all(pattern) || !ends_word(scan.rest)) return std::nullopt;
  const auto time = scan.has_year ? text::ns_from_civil(scan.civil) : text::ns_from_civil_before(scan.civil, reference);
  if (time) cursor.continue_at(scan.rest);
  return time;
}

std::optional<base::TimeNs> take_common_stamp(Cursor& cursor, const ParseContext& context) {
  std::string_view rest;
  auto time = context.memory.stamps.read_prefix(cursor.rest(), rest);
  if (!ends_word(rest)) time.reset();
  if (time) cursor.continue_at(rest);
  if (!time) time = take_stamp(cursor, "%Y/%m/%d %T", context.reference);
  if (!time) time = take_stamp(cursor, "%y/%m/%d %T", context.reference);
  if (time) *time -= take_zone_name(cursor) * base::kNsPerSecond;
  return time;
}

bool starts_with_month(std::string_view text) {
  text::CivilTime civil;
  return text.size() > 3 && text[3] == ' ' && text::scan_month_name(text, civil);
}

}  // namespace logmill::parse
