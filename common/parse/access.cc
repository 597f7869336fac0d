// Access logs of web servers: the common and combined log formats of Apache httpd and nginx, with
// what people put in front of them and after them.
//
//   [VHOST[:PORT]] CLIENT[, CLIENT…] IDENT USER [STAMP] "REQUEST" STATUS BYTES TAIL
//   TAIL: nothing, or "REFERER" "AGENT" and what was configured beyond them
//
// "-" means that there is none. `path` is the request target as logged, with its query string.
#include "parse/access_extra.h"
#include "parse/parser.h"
#include "parse/quoted.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

// Takes the last word off.
std::string_view take_last_word(std::string_view& text) {
  const std::size_t space = text.rfind(' ');
  const std::string_view word = space == std::string_view::npos ? text : text.substr(space + 1);
  text = trim(text.substr(0, text.size() - word.size()));
  return word;
}

// What stands before IDENT: one address, a list of forwarding ones, or a virtual host and an
// address.
void set_addresses(record::RowWriter& row, std::string_view addresses, const ParseContext& context) {
  const std::size_t space = addresses.find(' ');
  if (space == std::string_view::npos) return context.set(row, "client", Value::string(addresses));
  if (addresses.find(',') == std::string_view::npos) {
    context.set(row, "vhost", Value::string(addresses.substr(0, space)));
    return context.set(row, "client", Value::string(trim(addresses.substr(space + 1))));
  }
  // X-Forwarded-For: the first is where the request came from.
  std::string_view first = addresses.substr(0, addresses.find(','));
  if (first.starts_with('"')) first.remove_prefix(1);
  context.set(row, "client", Value::string(first));
  context.set(row, "forwarded_for", Value::string(addresses));
}

bool set_head(record::RowWriter& row, std::string_view head, const ParseContext& context) {
  head = trim(head);
  if (!context.asks_for_any("client", "vhost", "forwarded_for", "ident", "user")) return head.find(' ') != std::string_view::npos;
  const std::string_view user = take_last_word(head);
  if (head.empty()) return false;
  // Some write no IDENT: "192.168.1.1 - [08/Jun/2020…".
  const std::string_view ident = head.find(' ') == std::string_view::npos ? std::string_view{} : take_last_word(head);
  set_addresses(row, head, context);
  if (context.asks_for("ident")) set_text_unless_dash(row, "ident", ident);
  if (context.asks_for("user")) set_text_unless_dash(row, "user", user);
  return true;
}

bool is_method(std::string_view word) {
  for (const char c : word)
    if (!is_upper(c) && c != '-' && c != '_') return false;
  return !word.empty();
}

// "GET /path HTTP/1.1". What scanners send is not always a request: then it is only the message.
void set_request(record::RowWriter& row, std::string_view request, const ParseContext& context) {
  context.set(row, record::kMessage, Value::string(request));
  if (!context.asks_for_any("method", "path", "protocol")) return;
  const std::size_t space = request.find(' ');
  if (space == std::string_view::npos || !is_method(request.substr(0, space))) return;
  context.set(row, "method", Value::string(request.substr(0, space)));
  const std::string_view rest = request.substr(space + 1);
  const std::size_t last = rest.rfind(' ');
  const bool has_protocol = last != std::string_view::npos && rest.substr(last + 1).starts_with("HTTP/");
  context.set(row, "path", Value::string(has_protocol ? rest.substr(0, last) : rest));
  if (has_protocol) context.set(row, "protocol", Value::string(rest.substr(last + 1)));
}

bool set_stamp(record::RowWriter& row, std::string_view stamp, const ParseContext& context) {
  auto time = context.memory.clf_stamps.read(stamp);
  if (!time) time = text::parse_rfc3339(stamp);
  if (time) row.set_time(*time);
  return time.has_value();
}

bool is_integer(const Value& value, std::string_view word) {
  return value.kind() == record::Kind::integer && (value.integer() != 0 || word[0] != '-');
}

bool is_short_integer(std::string_view word) { return word.size() < record::Value::kScaleMax && is_number(word) && word[0] != '0'; }

// Takes nothing on failure, so that the column is that of the word.
bool take_integer(Cursor& cursor, record::RowWriter& row, std::string_view name, const ParseContext& context) {
  Cursor ahead = cursor;
  const std::string_view word = ahead.take_word();
  const bool asked = context.asks_for(name);
  if (word != "-" && (asked || !is_short_integer(word))) {
    const Value number = record::value_from_number(word);
    if (!is_integer(number, word)) return false;
    if (asked) row.set(name, number);
  }
  cursor = ahead;
  return true;
}

Outcome take_status_and_bytes(Cursor& cursor, record::RowWriter& row, const ParseContext& context) {
  cursor.skip_spaces();
  if (!take_integer(cursor, row, "status", context)) return cursor.mismatch("a status");
  cursor.skip_spaces();
  if (!take_integer(cursor, row, "bytes", context)) return cursor.mismatch("a number of bytes or '-'");
  return {};
}

bool take_quoted_field(Cursor& cursor, record::RowWriter& row, std::string_view name, const ParseContext& context) {
  std::string_view text;
  cursor.skip_spaces();
  if (!take_quoted(cursor, text)) return false;
  if (context.asks_for(name)) set_text_unless_dash(row, name, text);
  return true;
}

// ` "REFERER" "AGENT"`, and nothing behind them, as far as a quick look tells.
bool is_referer_and_agent(std::string_view tail) {
  if (!tail.starts_with(" \"")) return false;
  const std::size_t end = tail.find('"', 2);
  if (end == std::string_view::npos || tail[end - 1] == '\\' || !tail.substr(end).starts_with("\" \"")) return false;
  const std::size_t last = tail.find('"', end + 3);
  return last == tail.size() - 1 && tail[last - 1] != '\\';
}

Outcome parse_access(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  std::string_view head, stamp, request;
  if (!cursor.take_until('[', head)) return cursor.mismatch("'['");
  if (!set_head(row, head, context)) return Outcome{1, "a client and a user"};
  const Cursor before_stamp = cursor;
  if (!cursor.take_until(']', stamp) || !set_stamp(row, stamp, context)) return before_stamp.mismatch("a time");
  cursor.skip_spaces();
  if (!take_quoted(cursor, request)) return cursor.mismatch("a request in quotes");
  set_request(row, request, context);
  if (const Outcome outcome = take_status_and_bytes(cursor, row, context); !outcome.matched()) return outcome;
  if (cursor.at_end()) return {};
  if (!context.asks_for_any("referer", "user_agent") && is_referer_and_agent(cursor.rest())) return {};
  if (cursor.rest().starts_with(" \"") && take_quoted_field(cursor, row, "referer", context))
    take_quoted_field(cursor, row, "user_agent", context);
  set_access_extra(row, trim(cursor.rest()), context);
  return {};
}

// Somewhere in front there is "[21/Nov/2026:" or "[2026-11-21T".
bool likely_access(std::string_view line) {
  constexpr std::size_t kHeadBytesMax = 512;  // forwarding lists and IPv6 addresses
  const std::size_t open = line.substr(0, kHeadBytesMax).find('[');
  if (open == std::string_view::npos || open < 4 || line.size() < open + 22) return false;
  const std::string_view stamp = line.substr(open + 1);
  return is_digit(stamp[0]) && (stamp[2] == '/' || (stamp[4] == '-' && stamp[10] == 'T'));
}

}  // namespace

extern constexpr ParserSpec kNginx{
    .name = "nginx",
    .summary = "nginx access log, combined and its relatives",
    .sample = R"(203.0.113.9 - - [21/Nov/2026:10:15:00 +0000] "GET /cart?id=7 HTTP/1.1" 200 512 "https://example.com/" "curl/7.88" 0.012)",
    .parse = parse_access,
    .likely = likely_access,
    .dated = dated::kBracket | dated::kNoBracket};

// The same lines under the other name that people look for; auto mode needs only one of them.
extern constexpr ParserSpec kApache{
    .name = "apache",
    .summary = "Apache access log: common, combined, with virtual host",
    .sample = R"(www.example.com:443 203.0.113.9 - ada [21/Nov/2026:10:15:00 +0000] "POST /login HTTP/1.1" 302 - "-" "Mozilla/5.0")",
    .parse = parse_access};

}  // namespace logmill::parse
