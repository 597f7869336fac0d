// E1121 10:15:00.123456   815 server.cc:253] MESSAGE: glog, and klog, which Kubernetes uses. The
// level letter comes first; the year only in newer versions of glog (E20261121).
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

bool is_level_letter(char c) { return c == 'I' || c == 'W' || c == 'E' || c == 'F'; }

Outcome parse_glog(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  if (!is_level_letter(cursor.peek())) return cursor.mismatch("one of I, W, E, F");
  const auto severity = record::severity_from_text(line.substr(0, 1));
  cursor.skip(1);
  auto time = take_stamp(cursor, "%m%d %T", context.reference);
  if (!time) time = take_stamp(cursor, "%Y%m%d %T", context.reference);
  if (!time) return cursor.mismatch("a time");
  cursor.skip_spaces();
  const std::string_view thread = cursor.take_digits();
  if (thread.empty() || !cursor.take(' ')) return cursor.mismatch("a thread's number");
  std::string_view caller;
  if (!cursor.take_until(']', caller)) return cursor.mismatch("FILE:LINE]");
  cursor.take(' ');
  row.set_time(*time);
  row.set_level(*severity);
  row.set("thread", record::value_from_text(thread));
  row.set("caller", Value::string(caller));
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_glog(std::string_view line) {
  return line.size() > 20 && is_level_letter(line[0]) && is_number(line.substr(1, 4)) && (line[5] == ' ' || line[9] == ' ');
}

}  // namespace

extern constexpr ParserSpec kGlog{.name = "glog",
                                  .summary = "glog and klog: level letter, date, thread, file:line]",
                                  .sample = "E1121 10:15:00.123456     815 server.cc:253] listener closed",
                                  .parse = parse_glog,
                                  .likely = likely_glog,
                                  .starts = is_level_letter};

}  // namespace logmill::parse
