// A time, then anything: the last resort of auto mode, which at least puts the line in its place.
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

std::optional<base::TimeNs> take_epoch(Cursor& cursor) {
  const std::string_view word = cursor.take_word();
  constexpr std::size_t kSecondsDigits = 10;  // fewer are a count
  return word.size() >= kSecondsDigits ? text::parse_epoch(word) : std::nullopt;
}

std::optional<base::TimeNs> take_any_time(Cursor& cursor, const ParseContext& context) {
  if (auto time = take_common_stamp(cursor, context)) return time;
  for (const std::string_view pattern : {"%a %b %d %T %Y", "%b %d %T", "%d %b %Y %T", "%d %b %T", "%y%m%d %T"})
    if (auto time = take_stamp(cursor, pattern, context.reference)) return time;
  return take_epoch(cursor);
}

Outcome parse_stamped(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  const bool bracketed = cursor.take('[');
  const auto time = take_any_time(cursor, context);
  if (!time) return {1, "a time"};
  if (bracketed && !cursor.take(']')) return cursor.mismatch("']'");
  if (!cursor.at_end() && is_alnum(cursor.peek())) return cursor.mismatch("a space");
  row.set_time(*time);
  cursor.skip_spaces();
  row.set(record::kMessage, record::Value::string(cursor.rest()));
  return {};
}

bool likely_stamped(std::string_view line) {
  if (line.starts_with('[')) line.remove_prefix(1);
  if (line.size() < 10) return false;
  return is_digit(line[0]) || (is_upper(line[0]) && line[3] == ' ');
}

}  // namespace

extern constexpr ParserSpec kStamped{.name = "stamped",
                                     .summary = "a time in any usual form, then the message",
                                     .sample = "Sat Nov 21 10:15:00 2026 backup finished",
                                     .parse = parse_stamped,
                                     .likely = likely_stamped,
                                     .starts = [](char c) { return c == '[' || is_digit(c) || is_upper(c); },
                                     .dated = dated::kAny,
                                     .loose = true};

}  // namespace logmill::parse
