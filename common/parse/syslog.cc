// The lines of /var/log and of the BSD protocol (RFC 3164), as they are met:
//
//   [<PRI>] STAMP [HOST] TAG[[PID]]: MESSAGE
//
// STAMP is "Nov 21 10:15:00" or, as rsyslog and journalctl write it, RFC 3339. The host is missing
// in what some programs send to a local socket, the tag in what a few devices send.
#include "parse/parser.h"
#include "parse/stamp.h"
#include "parse/syslog_header.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

bool take_syslog_time(Cursor& cursor, record::RowWriter& row, const ParseContext& context) {
  std::string_view rest;
  auto time = is_upper(cursor.peek()) ? context.memory.bsd_stamps.read(cursor.rest(), context.reference, rest)
                                      : context.memory.stamps.read_prefix(cursor.rest(), rest);
  if (time) {
    cursor.continue_at(rest);
  } else if (!(time = take_stamp(cursor, "%b %d %Y %T", context.reference))) {  // Cisco
    return false;
  }
  row.set_time(*time);
  cursor.take(':');  // Cisco again: "Nov 21 2026 10:15:00: %ASA-6-302013: …"
  return cursor.take(' ') || cursor.at_end();
}

// "[50028442.088484] " in front of what the kernel says: seconds since it started.
void take_kernel_stamp(Cursor& cursor, record::RowWriter& row) {
  if (cursor.peek() != '[') return;
  Cursor ahead = cursor;
  ahead.skip(1);
  ahead.skip_spaces();
  std::string_view seconds;
  if (!ahead.take_until(']', seconds)) return;
  const Value uptime = record::value_from_text(seconds);
  if (!uptime.is_number()) return;
  row.set("uptime", uptime);
  ahead.take(' ');
  cursor = ahead;
}

Outcome parse_syslog(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  const bool has_pri = take_pri(cursor, row, context);
  const bool bsd = is_upper(cursor.peek());
  if (!take_syslog_time(cursor, row, context)) return cursor.mismatch("a time");

  cursor.skip_spaces();
  // An object in the message may say more of time and level.
  if (!context.asks_more && (has_pri || bsd) && !cursor.at_end() && cursor.rest().find('{') == std::string_view::npos) return {};
  Tag tag = read_tag(cursor.rest());
  if (!tag.found()) {
    const std::string_view host = cursor.take_word();
    if (host.empty()) return cursor.mismatch("a host");
    cursor.skip_spaces();
    tag = read_tag(cursor.rest());
    // Many formats start with an ISO time and a word: there only the tag tells.
    if (!tag.found() && !has_pri && !bsd) return cursor.mismatch("a tag that ends with ':'");
    context.set(row, record::kHost, Value::string(host));
  }
  if (tag.found()) {
    set_tag(row, tag, context);
    cursor.skip(tag.size);
    cursor.take(' ');
    if (tag.program == "kernel") take_kernel_stamp(cursor, row);
  }
  if (cursor.peek() == '{' || context.asks_for(record::kMessage)) row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_syslog(std::string_view line) {
  if (line.starts_with('<')) return line.size() > 4 && is_digit(line[1]);
  return starts_with_month(line) || starts_with_date(line);
}

}  // namespace

extern constexpr ParserSpec kSyslog{.name = "syslog",
                                    .summary = "RFC 3164 and what syslog daemons write to files",
                                    .sample = "<38>Nov 21 10:15:00 web1 sshd[815]: Accepted publickey for ada",
                                    .parse = parse_syslog,
                                    .likely = likely_syslog,
                                    .starts = [](char c) { return c == '<' || is_digit(c) || is_upper(c); },
                                    .dated = dated::kTag,
                                    .inner = Inner::json};

}  // namespace logmill::parse
