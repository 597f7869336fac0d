// Go's zap in its console form: time, level, maybe the caller, message and maybe a JSON object,
// with tabs between.
#include "parse/json.h"
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

std::string_view take_column(Cursor& cursor) {
  std::string_view column;
  if (cursor.take_until('\t', column)) return column;
  column = cursor.rest();
  cursor.skip(column.size());
  return column;
}

// "server/main.go:24"
bool is_caller(std::string_view column) {
  const std::size_t colon = column.rfind(':');
  return colon != std::string_view::npos && is_number(column.substr(colon + 1)) && column.find(' ') == std::string_view::npos;
}

Outcome parse_zap(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  const auto time = text::parse_rfc3339(take_column(cursor));
  if (!time) return {1, "a time and a tab"};
  const Cursor at_level = cursor;
  const auto level = record::severity_from_text(take_column(cursor));
  if (!level) return at_level.mismatch("a level and a tab");
  std::string_view message = take_column(cursor);
  // The object first: a key of its own called "message" must not win.
  if (cursor.rest().ends_with('}')) {
    const std::size_t open = cursor.rest().starts_with('{') ? 0 : cursor.rest().find("\t{") + 1;
    const std::string_view object = cursor.rest().substr(open);
    if (object.starts_with('{') && read_json(object, row, context).matched())
      cursor.continue_at(cursor.rest().substr(0, open > 0 ? open - 1 : 0));
  }
  if (is_caller(message) && !cursor.at_end()) {
    row.set("caller", Value::string(message));
    message = cursor.rest();
  }
  row.set_time(*time);
  row.set_level(*level);
  row.set(record::kMessage, Value::string(message));
  return {};
}

bool likely_zap(std::string_view line) {
  if (!starts_with_date(line)) return false;
  const std::size_t tab = line.substr(0, 40).find('\t');
  return tab != std::string_view::npos && tab >= 19;
}

}  // namespace

extern constexpr ParserSpec kZap{.name = "zap",
                                 .summary = "Go's zap in its console form, tab separated",
                                 .sample = "2026-11-21T10:15:00.123Z\tINFO\tserver/main.go:24\tlistening\t{\"port\": 5140}",
                                 .parse = parse_zap,
                                 .likely = likely_zap,
                                 .starts = is_digit,
                                 .dated = dated::kTab};

}  // namespace logmill::parse
