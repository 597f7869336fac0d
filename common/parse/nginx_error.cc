// 2026/11/21 10:15:00 [error] 815#816: *7 MESSAGE, client: 203.0.113.9, server: _, request: "GET /
// HTTP/1.1"
#include "parse/parser.h"
#include "parse/quoted.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

// The values that ngx_http_log_error appends, in its order, and the fields that they become.
struct Tail {
  std::string_view mark;
  std::string_view field;
};
constexpr Tail kTails[] = {{", client: ", "client"},         {", server: ", "server"},     {", request: ", "request"},
                           {", subrequest: ", "subrequest"}, {", upstream: ", "upstream"}, {", host: ", "vhost"},
                           {", referrer: ", "referer"}};

void set_tail(record::RowWriter& row, std::string_view field, std::string_view text) {
  Cursor cursor(text);
  std::string_view inside;
  row.set(field, Value::string(take_quoted(cursor, inside) && cursor.at_end() ? inside : text));
}

// Each value ends where the next one's mark starts, so walk from the back.
std::string_view take_tails(record::RowWriter& row, std::string_view message) {
  for (std::size_t i = std::size(kTails); i-- > 0;) {
    const std::size_t at = message.rfind(kTails[i].mark);
    if (at == std::string_view::npos) continue;
    set_tail(row, kTails[i].field, message.substr(at + kTails[i].mark.size()));
    message = message.substr(0, at);
  }
  return message;
}

// "815#816: *7 ": process, thread and, for what concerns one connection, its number.
bool take_ids(Cursor& cursor, record::RowWriter& row) {
  const std::string_view pid = cursor.take_digits();
  if (pid.empty() || !cursor.take('#')) return false;
  const std::string_view thread = cursor.take_digits();
  if (thread.empty() || !cursor.take(": ")) return false;
  row.set("pid", record::value_from_text(pid));
  row.set("thread", record::value_from_text(thread));
  if (cursor.take('*')) {
    row.set("connection", record::value_from_text(cursor.take_digits()));
    cursor.take(' ');
  }
  return true;
}

Outcome parse_nginx_error(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  const auto time = take_stamp(cursor, "%Y/%m/%d %T", context.reference);
  if (!time) return cursor.mismatch("a time");
  row.set_time(*time);
  std::string_view level;
  if (!cursor.take(" [") || !cursor.take_until(']', level)) return cursor.mismatch("a level in brackets");
  const auto severity = record::severity_from_text(level);
  if (!severity) return cursor.mismatch("a level in brackets");
  row.set_level(*severity);
  cursor.take(' ');
  if (!take_ids(cursor, row)) return cursor.mismatch("PID#TID:");
  row.set(record::kMessage, Value::string(take_tails(row, cursor.rest())));
  return {};
}

bool likely_nginx_error(std::string_view line) {
  return line.size() > 22 && line[4] == '/' && line[19] == ' ' && line[20] == '[' && is_digit(line[0]);
}

}  // namespace

extern constexpr ParserSpec kNginxError{
    .name = "nginx-error",
    .summary = "nginx error log",
    .sample =
        R"(2026/11/21 10:15:00 [error] 815#816: *7 open() "/srv/x" failed (2: No such file or directory), client: 203.0.113.9, server: _, request: "GET /x HTTP/1.1", host: "example.com")",
    .parse = parse_nginx_error,
    .likely = likely_nginx_error,
    .starts = is_digit};

}  // namespace logmill::parse
