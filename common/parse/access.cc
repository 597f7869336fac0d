// Access logs of web servers: the common and combined log formats of Apache httpd and nginx, with
// what people put in front of them and after them.
//
//   [VHOST[:PORT]] CLIENT[, CLIENT…] IDENT USER [STAMP] "REQUEST" STATUS BYTES TAIL
//   TAIL: nothing, or "REFERER" "AGENT" and what was configured beyond them
//
// "-" means that there is none. `path` is the request target as logged, with its query string.
#include <bit>
#include <optional>

#include "base/byte_lanes.h"
#include "parse/access_extra.h"
#include "parse/parser.h"
#include "parse/quoted.h"
#include "record/fields.h"
#include "text/digits.h"
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
  if (!context.asks_for_any("path", "protocol")) return;
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

// Of the first eight bytes, how many digits they begin with.
std::size_t leading_digits(const char* text) {
  constexpr std::uint64_t kZeros = 0x3030303030303030, kHighs = 0x8080808080808080, kToHigh = 0x7676767676767676;
  const std::uint64_t bytes = base::load_le<std::uint64_t>(text) ^ kZeros;
  const std::uint64_t others = (((bytes & ~kHighs) + kToHigh) | bytes) & kHighs;
  return static_cast<std::size_t>(std::countr_zero(others)) / 8;
}

// How long the number is that a blank or the end follows, of one to seven digits as most are; 0 if it is none.
std::size_t short_number_size(const char* text, const char* end) {
  constexpr std::size_t kDigitsMax = 7;
  const std::size_t size = leading_digits(text);
  if (size == 0 || size > kDigitsMax || (*text == '0' && size > 1)) return 0;
  return text + size == end || (text + size < end && text[size] == ' ') ? size : 0;
}

Value short_number(const char* text, std::size_t size) { return Value::integer(text::eight_digits(text + size - 8, size)); }

// Takes nothing on failure, so that the column is that of the word.
bool take_integer(Cursor& cursor, record::RowWriter& row, std::string_view name, const ParseContext& context) {
  Cursor ahead = cursor;
  const std::string_view word = ahead.take_word();
  if (word != "-") {
    const Value number = record::value_from_number(word);
    if (!is_integer(number, word)) return false;
    context.set(row, name, number);
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

// Behind the number of bytes.
void set_tail(Cursor cursor, record::RowWriter& row, const ParseContext& context) {
  if (cursor.rest().starts_with(" \"") && take_quoted_field(cursor, row, "referer", context))
    take_quoted_field(cursor, row, "user_agent", context);
  set_access_extra(row, trim(cursor.rest()), context);
}

// Behind the request.
Outcome read_rest(Cursor cursor, record::RowWriter& row, const ParseContext& context) {
  if (const Outcome outcome = take_status_and_bytes(cursor, row, context); !outcome.matched()) return outcome;
  if (!cursor.at_end()) set_tail(cursor, row, context);
  return {};
}

// Where a line is cut that has nothing escaped:
//
//   HEAD [STAMP] "REQUEST"REST
//   REST: STATUS BYTES, or STATUS BYTES "REFERER" "AGENT"
struct UsualCuts {
  std::size_t open, request, request_end, referer, referer_end, agent;  // referer: 0 if the rest is another
};

constexpr std::size_t kStamp = 26;

// nullopt: it is no such line, or nobody knows.
std::optional<UsualCuts> cut_usual(std::string_view line, LineMarks& marks) {
  const std::uint32_t* const mark = marks.of(line);
  if (mark == nullptr) return std::nullopt;
  const auto start = static_cast<std::size_t>(line.data() - marks.start());
  const auto at = [&](std::size_t i) { return mark[i] - start; };
  const auto is_quote = [&](std::size_t i) { return line[at(i)] == '"'; };
  if (at(1) >= line.size() || at(0) < kStamp + 3) return std::nullopt;
  const std::size_t open = at(0) - (kStamp + 3);
  if (!is_quote(0) || !is_quote(1) || line[open] != '[' || line[at(0) - 2] != ']' || line[at(0) - 1] != ' ') return std::nullopt;
  UsualCuts cuts{open, at(0) + 1, at(1), 0, 0, 0};
  const bool four_more = at(2) < line.size() && at(5) == line.size() - 1;
  if (four_more && is_quote(2) && is_quote(3) && is_quote(4) && is_quote(5) && at(4) == at(3) + 2 && line[at(3) + 1] == ' ') {
    cuts.referer = at(2) + 1;
    cuts.referer_end = at(3);
    cuts.agent = at(4) + 1;
    marks.go_on_from(mark + 6);
  }
  return cuts;
}

// "CLIENT IDENT USER "; others are left to set_head.
bool set_usual_head(record::RowWriter& row, std::string_view line, std::size_t size, const ParseContext& context) {
  constexpr std::size_t kLane = sizeof(base::Bytes16);
  if (size > 2 * kLane) return line.find('[') == size && set_head(row, line.substr(0, size), context);
  const base::Bytes16 first = base::load_lane(line.data()), second = base::load_lane(line.data() + kLane);
  const auto bits_of = [&](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    const std::uint64_t low = base::bits_of(reinterpret_cast<base::Bytes16>(first == byte));
    return low | base::bits_of(reinterpret_cast<base::Bytes16>(second == byte)) << kLane;
  };
  const std::uint64_t end = std::uint64_t{1} << size, blanks = bits_of(' ') & (end - 1);
  if ((bits_of('[') & (end - 1)) != 0) return false;
  const std::uint64_t behind_first = blanks & (blanks - 1), last = behind_first & (behind_first - 1);
  const bool three_words = last != 0 && last == end >> 1 && (blanks & (blanks << 1 | 1)) == 0;
  if (!three_words) return set_head(row, line.substr(0, size), context);
  if (!context.asks_for_any("client", "ident", "user")) return true;
  const auto ident = static_cast<std::size_t>(std::countr_zero(blanks)) + 1;
  const auto user = static_cast<std::size_t>(std::countr_zero(behind_first)) + 1;
  context.set(row, "client", Value::string(line.substr(0, ident - 1)));
  if (context.asks_for("ident")) set_text_unless_dash(row, "ident", line.substr(ident, user - 1 - ident));
  if (context.asks_for("user")) set_text_unless_dash(row, "user", line.substr(user, size - 1 - user));
  return true;
}

// " STATUS BYTES" at `at`, which is behind them then. Nothing is taken if they are not as usual.
bool take_usual_numbers(const char*& at, const char* end, record::RowWriter& row, const ParseContext& context) {
  if (end - at < 4 || *at != ' ') return false;
  const char* const status = at + 1;
  const std::size_t status_size = short_number_size(status, end);
  const char* const bytes = status + status_size + 1;
  if (status_size == 0 || bytes >= end) return false;
  const bool no_bytes = *bytes == '-' && (bytes + 1 == end || bytes[1] == ' ');
  const std::size_t bytes_size = no_bytes ? 1 : short_number_size(bytes, end);
  if (bytes_size == 0) return false;
  if (context.asks_for("status")) row.set("status", short_number(status, status_size));
  if (!no_bytes && context.asks_for("bytes")) row.set("bytes", short_number(bytes, bytes_size));
  at = bytes + bytes_size;
  return true;
}

// False: the other way says what the line is, and whatever was set here it sets, too.
bool parse_usual(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  const auto cuts = cut_usual(line, context.memory.marks);
  if (!cuts) return false;
  const auto time = context.memory.clf_stamps.read(line.substr(cuts->open + 1, kStamp));
  if (!time || !set_usual_head(row, line, cuts->open, context)) return false;
  row.set_time(*time);
  set_request(row, line.substr(cuts->request, cuts->request_end - cuts->request), context);
  const char *at = line.data() + cuts->request_end + 1, *const end = line.data() + line.size();
  if (!take_usual_numbers(at, end, row, context)) return read_rest(Cursor(line, cuts->request_end + 1), row, context).matched();
  const auto taken = static_cast<std::size_t>(at - line.data());
  if (cuts->referer != taken + 2 || *at != ' ') {
    set_tail(Cursor(line, taken), row, context);
    return true;
  }
  if (context.asks_for("referer")) set_text_unless_dash(row, "referer", line.substr(cuts->referer, cuts->referer_end - cuts->referer));
  if (context.asks_for("user_agent")) set_text_unless_dash(row, "user_agent", line.substr(cuts->agent, line.size() - 1 - cuts->agent));
  return true;
}

Outcome parse_access(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  if (parse_usual(line, row, context)) return {};
  Cursor cursor(line);
  std::string_view head, stamp, request;
  if (!cursor.take_until('[', head)) return cursor.mismatch("'['");
  if (!set_head(row, head, context)) return Outcome{1, "a client and a user"};
  const Cursor before_stamp = cursor;
  if (!cursor.take_until(']', stamp) || !set_stamp(row, stamp, context)) return before_stamp.mismatch("a time");
  cursor.skip_spaces();
  if (!take_quoted(cursor, request)) return cursor.mismatch("a request in quotes");
  set_request(row, request, context);
  return read_rest(cursor, row, context);
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
    .dated = dated::kBracket | dated::kNoBracket,
    .bracketed = true};

// The same lines under the other name that people look for; auto mode needs only one of them.
extern constexpr ParserSpec kApache{
    .name = "apache",
    .summary = "Apache access log: common, combined, with virtual host",
    .sample = R"(www.example.com:443 203.0.113.9 - ada [21/Nov/2026:10:15:00 +0000] "POST /login HTTP/1.1" 302 - "-" "Mozilla/5.0")",
    .parse = parse_access};

}  // namespace logmill::parse
