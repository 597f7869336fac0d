// Proxifier's log of connections: [11.21 10:15:00] PROGRAM [*64] - TARGET:PORT MESSAGE
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

// "host:port"; else nothing is taken.
void take_target(Cursor& cursor, record::RowWriter& row) {
  Cursor ahead = cursor;
  const std::string_view word = ahead.take_word();
  const std::size_t colon = word.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || !is_number(word.substr(colon + 1))) return;
  row.set("target", Value::string(word.substr(0, colon)));
  row.set("port", record::value_from_text(word.substr(colon + 1)));
  ahead.take(' ');
  cursor = ahead;
}

Outcome parse_proxifier(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  if (!cursor.take('[')) return cursor.mismatch("'['");
  const auto time = take_stamp(cursor, "%m.%d %T", context.reference);
  if (!time || !cursor.take("] ")) return cursor.mismatch("a time as 11.21 10:15:00]");
  const std::size_t dash = cursor.rest().find(" - ");
  if (dash == std::string_view::npos) return cursor.mismatch("' - ' behind a program");
  std::string_view program = cursor.rest().substr(0, dash);
  row.set_time(*time);
  if (program.ends_with(" *64")) {
    program.remove_suffix(4);
    row.set("bits", Value::integer(64));
  }
  row.set(record::kService, Value::string(program));
  cursor.skip(dash + 3);
  take_target(cursor, row);
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_proxifier(std::string_view line) {
  return line.size() > 17 && line[0] == '[' && line[3] == '.' && line[6] == ' ' && line[15] == ']' && is_digit(line[1]);
}

}  // namespace

extern constexpr ParserSpec kProxifier{.name = "proxifier",
                                       .summary = "Proxifier's connections: time, program, target, what happened",
                                       .sample = "[11.21 10:15:00] chrome.exe *64 - proxy.example:5070 close, 403 bytes sent",
                                       .parse = parse_proxifier,
                                       .likely = likely_proxifier,
                                       .starts = [](char c) { return c == '['; }};

}  // namespace logmill::parse
