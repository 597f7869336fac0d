// Android's logcat in its threadtime form: 11-21 10:15:00.123  1702  2395 D WindowManager: MESSAGE
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

bool take_number(Cursor& cursor, record::RowWriter& row, std::string_view name) {
  cursor.skip_spaces();
  const std::string_view digits = cursor.take_digits();
  if (digits.empty()) return false;
  row.set(name, record::value_from_text(digits));
  return true;
}

Outcome parse_logcat(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  auto time = take_stamp(cursor, "%m-%d %T", context.reference);
  if (!time) time = take_stamp(cursor, "%Y-%m-%d %T", context.reference);
  if (!time) return cursor.mismatch("a time");
  if (!take_number(cursor, row, "pid") || !take_number(cursor, row, "thread")) return cursor.mismatch("a process and a thread");
  cursor.skip_spaces();
  const auto level = record::severity_from_text(cursor.rest().substr(0, 1));
  if (!level || is_digit(cursor.peek())) return cursor.mismatch("one of V, D, I, W, E, F");
  cursor.skip(1);
  std::string_view tag;
  if (!cursor.take(' ') || !cursor.take_until(':', tag)) return cursor.mismatch("a tag and ':'");
  cursor.take(' ');
  row.set_time(*time);
  row.set_level(*level);
  row.set(record::kService, Value::string(trim(tag)));
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_logcat(std::string_view line) {
  return line.size() > 30 && line[2] == '-' && line[5] == ' ' && line[8] == ':' && is_digit(line[0]);
}

}  // namespace

extern constexpr ParserSpec kLogcat{.name = "logcat",
                                    .summary = "Android's logcat -v threadtime",
                                    .sample = "11-21 10:15:00.123  1702  2395 D WindowManager: freezing the display",
                                    .parse = parse_logcat,
                                    .likely = likely_logcat,
                                    .starts = is_digit};

}  // namespace logmill::parse
