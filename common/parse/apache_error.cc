// [Sat Nov 21 10:15:00.123456 2026] [core:error] [pid 815:tid 140] [client 203.0.113.9:4711]
// AH00126: … The 2.2 series wrote no microseconds, no module and no pid.
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

// "core:error", or "error" alone.
bool set_module_and_level(record::RowWriter& row, std::string_view text) {
  const std::size_t colon = text.find(':');
  std::string_view level = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (level.starts_with("trace")) level = "trace";  // trace1 to trace8
  const auto severity = record::severity_from_text(level);
  if (!severity) return false;
  row.set_level(*severity);
  if (colon != std::string_view::npos && colon > 0) row.set("module", Value::string(text.substr(0, colon)));
  return true;
}

// "pid 815:tid 140"
void set_process(record::RowWriter& row, std::string_view text) {
  const std::size_t colon = text.find(":tid ");
  row.set("pid", record::value_from_text(text.substr(0, colon)));
  if (colon != std::string_view::npos) row.set("thread", record::value_from_text(text.substr(colon + 5)));
}

// "203.0.113.9:4711"; IPv6 addresses without a port hold colons too, and only ports are short
// numbers.
void set_client(record::RowWriter& row, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && colon > 0 && is_number(text.substr(colon + 1)) &&
                        (text.find(':') == colon || text[0] == '[' || text.size() - colon > 5);
  row.set("client", Value::string(has_port ? text.substr(0, colon) : text));
  if (has_port) row.set("port", record::value_from_text(text.substr(colon + 1)));
}

void take_brackets(Cursor& cursor, record::RowWriter& row) {
  for (;;) {
    Cursor ahead = cursor;
    ahead.skip_spaces();
    std::string_view inside;
    if (!ahead.take('[') || !ahead.take_until(']', inside)) return;
    if (inside.starts_with("pid "))
      set_process(row, inside.substr(4));
    else if (inside.starts_with("client "))
      set_client(row, inside.substr(7));
    else
      return;
    cursor = ahead;
  }
}

void set_message(record::RowWriter& row, std::string_view text) {
  constexpr std::string_view kReferer = ", referer: ";
  if (const std::size_t at = text.rfind(kReferer); at != std::string_view::npos) {
    row.set("referer", Value::string(text.substr(at + kReferer.size())));
    text = text.substr(0, at);
  }
  row.set(record::kMessage, Value::string(text));
}

Outcome parse_apache_error(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  if (!cursor.take('[')) return cursor.mismatch("'['");
  auto time = take_stamp(cursor, "%a %b %d %T %Y", context.reference);
  if (!time) return cursor.mismatch("a time");
  row.set_time(*time);
  std::string_view level;
  if (!cursor.take("] [") || !cursor.take_until(']', level)) return cursor.mismatch("a level in brackets");
  if (!set_module_and_level(row, level)) return cursor.mismatch("a level in brackets");
  take_brackets(cursor, row);
  cursor.skip_spaces();
  set_message(row, cursor.rest());
  return {};
}

bool likely_apache_error(std::string_view line) {
  return line.size() > 26 && line[0] == '[' && line[4] == ' ' && line[8] == ' ' && is_upper(line[1]);
}

}  // namespace

extern constexpr ParserSpec kApacheError{.name = "apache-error",
                                         .summary = "Apache error log, 2.2 and 2.4",
                                         .sample =
                                             "[Sat Nov 21 10:15:00.123456 2026] [core:error] [pid 815:tid 140] [client "
                                             "203.0.113.9:4711] "
                                             "AH00126: Invalid URI in request, referer: https://example.com/",
                                         .parse = parse_apache_error,
                                         .likely = likely_apache_error,
                                         .starts = [](char c) { return c == '['; }};

}  // namespace logmill::parse
