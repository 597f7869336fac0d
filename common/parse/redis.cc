// 815:M 21 Nov 2026 10:15:00.123 * MESSAGE; before version 3: [815] 21 Nov 10:15:00 * MESSAGE, or
// no pid at all.
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

// What process wrote the line (redis.io: server.c, serverLogRaw).
std::string_view role_name(char role) {
  switch (role) {
    case 'M': return "master";
    case 'S': return "replica";
    case 'C': return "child";
    case 'X': return "sentinel";
    default: return {};
  }
}

std::optional<record::Severity> level_of(char mark) {
  switch (mark) {
    case '.': return record::Severity::trace;
    case '-': return record::Severity::debug;
    case '*': return record::Severity::info;
    case '#': return record::Severity::warn;
    default: return std::nullopt;
  }
}

// "815:M " or "[815] "; neither is fine too.
void take_process(Cursor& cursor, record::RowWriter& row) {
  Cursor ahead = cursor;
  const bool bracketed = ahead.take('[');
  const std::string_view pid = ahead.take_digits();
  if (pid.empty()) return;
  if (bracketed) {
    if (!ahead.take("] ")) return;
  } else {
    if (!ahead.take(':')) return;
    const std::string_view role = role_name(ahead.peek());
    if (role.empty()) return;
    ahead.skip(1);
    if (!ahead.take(' ')) return;
    row.set("role", Value::string(role));
  }
  row.set("pid", record::value_from_text(pid));
  cursor = ahead;
}

Outcome parse_redis(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  take_process(cursor, row);
  auto time = take_stamp(cursor, "%d %b %Y %T", context.reference);
  if (!time) time = take_stamp(cursor, "%d %b %T", context.reference);
  if (!time) return cursor.mismatch("a time");
  row.set_time(*time);
  if (!cursor.take(' ')) return cursor.mismatch("a space");
  const auto level = level_of(cursor.peek());
  if (!level) return cursor.mismatch("one of . - * #");
  row.set_level(*level);
  cursor.skip(1);
  cursor.take(' ');
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_redis(std::string_view line) {
  if (line.size() < 18 || (!is_digit(line[0]) && line[0] != '[')) return false;
  const std::size_t letter = line.find_first_not_of("0123456789 []:");
  return letter < 20 && is_upper(line[letter]);
}

}  // namespace

extern constexpr ParserSpec kRedis{.name = "redis",
                                   .summary = "Redis and Valkey server log",
                                   .sample = "815:M 21 Nov 2026 10:15:00.123 * Ready to accept connections",
                                   .parse = parse_redis,
                                   .likely = likely_redis,
                                   .starts = [](char c) { return c == '[' || is_digit(c); }};

}  // namespace logmill::parse
