// What strace writes with -t, -tt or -ttt, and with -f, -T and -o or not:
//
//   815 1795256100.123456 openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3 <0.000012>
//   [pid   815] 10:15:00.123456 <... read resumed>"", 512) = -1 EIO (Input/output error)
//   815 1795256100.123456 +++ exited with 0 +++
//
// A clock without a date tells no time: it stays as the field `time`.
#include "parse/parser.h"
#include "parse/cursor.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

// "815 ", "[pid   815] "
std::string_view take_pid(Cursor& cursor) {
  Cursor ahead = cursor;
  const bool boxed = ahead.take("[pid");
  ahead.skip_spaces();
  const std::string_view pid = ahead.take_digits();
  if (pid.empty() || (boxed && !ahead.take(']')) || ahead.peek() != ' ') return {};
  ahead.skip_spaces();
  cursor = ahead;
  return pid;
}

struct Clock {
  std::string_view text;
  std::optional<base::TimeNs> time;  // none: it has no date
};

// "1795256100.123456 ", "10:15:00 ", "10:15:00.123456 "
Clock take_clock(Cursor& cursor) {
  Cursor ahead = cursor;
  const std::string_view word = ahead.take_word();
  if (word.size() < 8 || !is_digit(word[0]) || ahead.peek() != ' ') return {};
  const bool of_day = word[2] == ':' && word[5] == ':';
  const auto epoch = of_day || word.find('.') == std::string_view::npos ? std::nullopt : text::parse_epoch(word);
  if (!of_day && !epoch) return {};
  ahead.skip_spaces();
  cursor = ahead;
  return {word, epoch};
}

// " <0.000012>" at the end
void take_duration(std::string_view& body, record::RowWriter& row) {
  if (!body.ends_with('>')) return;
  const std::size_t open = body.rfind(" <");
  if (open == std::string_view::npos) return;
  const std::string_view seconds = body.substr(open + 2, body.size() - open - 3);
  if (seconds.empty() || !is_digit(seconds[0])) return;
  row.set("duration", record::value_from_text(seconds));
  body = body.substr(0, open);
}

// "name(", "<... name resumed>"; empty: neither
std::string_view call_of(std::string_view body) {
  Cursor cursor(body);
  const bool resumed = cursor.take("<... ");
  std::size_t size = 0;
  while (size < cursor.rest().size() && (is_alnum(cursor.rest()[size]) || cursor.rest()[size] == '_')) ++size;
  const std::string_view name = cursor.rest().substr(0, size);
  cursor.skip(size);
  return size > 0 && !is_digit(name[0]) && (resumed ? cursor.take(" resumed>") : cursor.take('(')) ? name : std::string_view();
}

// ") = -1 ENOENT (No such file or directory)"
bool take_result(std::string_view body, record::RowWriter& row) {
  const std::size_t equals = body.rfind(" = ");
  if (equals == std::string_view::npos || !trim(body.substr(0, equals)).ends_with(')')) return false;
  Cursor cursor(body.substr(equals + 3));
  const std::string_view result = cursor.take_word();
  if (result != "?") row.set("result", record::value_from_text(result));
  cursor.skip_spaces();
  const std::string_view error = cursor.take_word();
  if (error.size() > 1 && error[0] == 'E' && is_upper(error[1])) row.set("error", Value::string(error));
  return true;
}

Outcome parse_strace(std::string_view line, record::RowWriter& row, const ParseContext&) {
  Cursor cursor(line);
  const std::string_view pid = take_pid(cursor);
  const Clock clock = take_clock(cursor);
  std::string_view body = cursor.rest();
  const std::string_view call = call_of(body);
  const bool event = body.starts_with("+++ ") || body.starts_with("--- SIG");
  if (call.empty() && !event) return cursor.mismatch("a system call");
  if (!call.empty()) {
    take_duration(body, row);
    if (!take_result(body, row) && !body.ends_with("<unfinished ...>")) return cursor.mismatch("the result of a call");
  }
  if (clock.time)
    row.set_time(*clock.time);
  else if (!clock.text.empty())
    row.set("time", Value::string(clock.text));
  row.set(record::kMessage, Value::string(body));
  if (!pid.empty()) row.set("pid", record::value_from_text(pid));
  if (!call.empty()) row.set("syscall", Value::string(call));
  return {};
}

// A process or a clock, and what is a call or an event: other programs write "name(…) = …" too.
bool likely_strace(std::string_view line) {
  Cursor cursor(line);
  const bool has_pid = !take_pid(cursor).empty();
  const bool has_clock = !take_clock(cursor).text.empty();
  return (has_pid || has_clock) &&
         (!call_of(cursor.rest()).empty() || cursor.rest().starts_with("+++ ") || cursor.rest().starts_with("--- SIG"));
}

}  // namespace

extern constexpr ParserSpec kStrace{
    .name = "strace",
    .summary = "strace's output, with -t, -f, -T or without",
    .sample = R"(815 1795256100.123456 openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>)",
    .parse = parse_strace,
    .likely = likely_strace,
    .starts = [](char c) { return c == '[' || c == ' ' || is_digit(c); }};

}  // namespace logmill::parse
