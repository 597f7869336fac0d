// PostgreSQL's csvlog: the columns by the names that its jsonlog has, but `database`, as of its other text form. An event whose message
// has several lines is as many lines of the file: the first ends within a quote, and tells all that stands before.
#include <algorithm>

#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

// Behind log_time. Versions before 13 and 14 end earlier.
constexpr std::string_view kColumns[] = {"user",
                                         "database",
                                         "pid",
                                         "remote_host",
                                         "session_id",
                                         "line_num",
                                         "ps",
                                         "session_start",
                                         "vxid",
                                         "txid",
                                         "severity",
                                         "state_code",
                                         "message",
                                         "detail",
                                         "hint",
                                         "internal_query",
                                         "internal_position",
                                         "context",
                                         "statement",
                                         "cursor_position",
                                         "location",
                                         "application_name",
                                         "backend_type",
                                         "leader_pid",
                                         "query_id"};
constexpr std::size_t kColumnsLeast = 22;  // of version 9.0
constexpr std::size_t kColumnsOpen = 13;   // up to the message

struct Cell {
  std::string_view text;
  bool doubled = false;  // quotes inside are written twice
  bool open = false;     // its quote does not end in this line
};

// Up to the next comma, which is taken, or the end.
bool take_cell(Cursor& cursor, Cell& cell) {
  cell = {};
  if (!cursor.take('"')) {
    cell.text = cursor.rest().substr(0, cursor.rest().find(','));
    cursor.skip(cell.text.size());
  } else {
    const std::string_view from = cursor.rest();
    std::size_t end = from.find('"');
    for (; end != std::string_view::npos && from.substr(end + 1).starts_with('"'); end = from.find('"', end + 2)) cell.doubled = true;
    cell.open = end == std::string_view::npos;
    cell.text = from.substr(0, end);
    cursor.skip(std::min(from.size(), cell.text.size() + 1));
  }
  return cursor.at_end() || cursor.take(',');
}

// With quotes as they were meant.
std::string_view text_of(const Cell& cell, record::RowWriter& row) {
  if (!cell.doubled) return cell.text;
  base::Arena& arena = row.batch().arena();
  char* const start = arena.allocate(cell.text.size());
  char* to = start;
  for (std::size_t i = 0; i < cell.text.size(); ++i) {
    *to++ = cell.text[i];
    if (cell.text[i] == '"') ++i;
  }
  const auto size = static_cast<std::size_t>(to - start);
  arena.give_back(cell.text.size() - size);
  return {start, size};
}

bool is_number_column(std::string_view name) {
  return name == "pid" || name == "line_num" || name == "txid" || name == "internal_position" || name == "cursor_position" ||
         name == "leader_pid" || name == "query_id";
}

Outcome parse_postgres_csv(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  const auto time = take_common_stamp(cursor, context);
  if (!time || !cursor.take(',')) return cursor.mismatch("a time and a comma");
  row.set_time(*time);
  std::size_t column = 0;
  bool open = false;
  for (; column < std::size(kColumns) && !cursor.at_end(); ++column) {
    const Cursor at_cell = cursor;
    const std::string_view name = kColumns[column];
    Cell cell;
    if (!take_cell(cursor, cell)) return at_cell.mismatch("a cell and a comma");
    open = cell.open;
    if (cell.text.empty()) continue;
    if (name == "severity") {
      const auto level = record::severity_from_text(cell.text);
      if (!level) return at_cell.mismatch("LOG, ERROR or the like");
      row.set_level(*level);
    } else if (is_number_column(name)) {
      row.set(name, record::value_from_text(cell.text));
    } else {
      row.set(name, Value::string(text_of(cell, row)));
    }
  }
  return column < (open ? kColumnsOpen : kColumnsLeast) ? cursor.mismatch("more columns") : Outcome{};
}

// "2026-11-21 10:15:00.123 UTC,"
bool likely_postgres_csv(std::string_view line) {
  if (!starts_with_date(line) || line.size() < 60 || line[4] != '-' || line[10] != ' ' || line[19] != '.') return false;
  const std::size_t comma = line.substr(0, 40).find(',');
  return comma != std::string_view::npos && comma > 23 && (line[comma + 1] == ',' || line[comma + 1] == '"');
}

}  // namespace

extern constexpr ParserSpec kPostgresCsv{
    .name = "postgres-csv",
    .summary = "PostgreSQL server log (csvlog)",
    .sample =
        R"(2026-11-21 10:15:00.123 UTC,"ada","shop",815,"[local]",6b00f8d3.43b6,3,"SELECT",2026-11-21 10:14:00 UTC,3/7,0,ERROR,42P01,"relation ""carts"" does not exist",,,,,,"SELECT * FROM carts",15,,"psql","client backend",,0)",
    .parse = parse_postgres_csv,
    .likely = likely_postgres_csv,
    .starts = is_digit,
    .dated = dated::kPoint};

}  // namespace logmill::parse
