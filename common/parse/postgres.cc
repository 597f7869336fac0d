// PostgreSQL's stderr log with a usual log_line_prefix: '%m [%p] ', then maybe 'user@database ' and
// more, then the kind of line. DETAIL, HINT, STATEMENT and the like belong to the line before them.
#include <algorithm>
#include <utility>

#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

constexpr std::string_view kLevels[] = {"LOG", "ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "INFO", "DEBUG"};
constexpr std::string_view kAdditions[] = {"DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY", "LOCATION"};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  for (const std::string_view known : words)
    if (word == known) return true;
  return false;
}

// "LOG:  ", "DEBUG1:  "
bool take_kind(Cursor& cursor, record::RowWriter& row) {
  Cursor ahead = cursor;
  std::string_view kind = ahead.take_word();
  if (!kind.ends_with(':')) return false;
  kind.remove_suffix(1);
  while (kind.size() > 1 && is_digit(kind.back())) kind.remove_suffix(1);
  if (is_one_of(kind, kLevels))
    row.set_level(*record::severity_from_text(kind));
  else if (is_one_of(kind, kAdditions))
    row.set("kind", Value::string(kind));
  else
    return false;
  ahead.skip_spaces();
  cursor = ahead;
  return true;
}

// "user@database", or "user=…,db=…,app=…,client=…", which pgBadger asks for
void take_prefix_word(std::string_view word, record::RowWriter& row) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"user", "user"}, {"db", "database"}, {"app", "application"}, {"client", "client"}};
  const std::size_t at = word.find('@');
  if (at != std::string_view::npos && at > 0) {
    row.set("user", Value::string(word.substr(0, at)));
    row.set("database", Value::string(word.substr(at + 1)));
    return;
  }
  while (!word.empty()) {
    const std::string_view pair = word.substr(0, word.find(','));
    word.remove_prefix(std::min(word.size(), pair.size() + 1));
    for (const auto& [key, name] : kPairs)
      if (pair.size() > key.size() + 1 && pair.starts_with(key) && pair[key.size()] == '=')
        row.set(name, Value::string(pair.substr(key.size() + 1)));
  }
}

bool take_kind_behind_prefix(Cursor& cursor, record::RowWriter& row) {
  constexpr int kPrefixWordsMax = 6;
  for (int words = 0; words < kPrefixWordsMax && !cursor.at_end(); ++words) {
    if (take_kind(cursor, row)) return true;
    take_prefix_word(cursor.take_word(), row);
    cursor.skip_spaces();
  }
  return false;
}

// "[31225]", or "[31225-1]" with the number of the line
bool take_pid(Cursor& cursor, record::RowWriter& row) {
  cursor.skip_spaces();
  if (!cursor.take('[')) return false;
  const std::string_view pid = cursor.take_digits();
  std::string_view line_number;
  if (pid.empty() || !cursor.take_until(']', line_number)) return false;
  row.set("pid", record::value_from_text(pid));
  cursor.take(':');
  cursor.skip_spaces();
  return true;
}

Outcome parse_postgres(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  const auto time = take_common_stamp(cursor, context);
  if (!time) return cursor.mismatch("a time");
  row.set_time(*time);
  if (!take_pid(cursor, row)) return cursor.mismatch("[PID]");
  const Cursor behind_pid = cursor;
  if (!take_kind_behind_prefix(cursor, row)) return behind_pid.mismatch("LOG:, ERROR: or the like");
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

// "2026-11-21 10:15:00.123 UTC [815] …"
bool likely_postgres(std::string_view line) {
  if (!starts_with_date(line) || line.size() < 30 || line[4] != '-' || line[10] != ' ') return false;
  const std::size_t open = line.substr(0, 40).find(" [");
  return open != std::string_view::npos && line.size() > open + 2 && is_digit(line[open + 2]) && is_upper(line[open - 1]);
}

}  // namespace

extern constexpr ParserSpec kPostgres{.name = "postgres",
                                      .summary = "PostgreSQL server log (stderr)",
                                      .sample = "2026-11-21 10:15:00.123 UTC [815] ada@shop ERROR:  relation \"carts\" does not exist",
                                      .parse = parse_postgres,
                                      .likely = likely_postgres,
                                      .starts = is_digit,
                                      .dated = dated::kBracket};

}  // namespace logmill::parse
