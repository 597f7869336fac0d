// What the log servers of large clusters write (the Computer Failure Data Repository's BGL,
// Thunderbird, Spirit, Liberty):
//
//   ALERT SECONDS DATE NODE Nov 21 10:15:00 [SOURCE@]NODE TAG[[PID]]: MESSAGE
//   ALERT SECONDS DATE NODE 2026-11-21-10.15.00.675872 NODE TYPE COMPONENT LEVEL MESSAGE
//
// ALERT is the category of a failure, which begins with a capital, or "-". The seconds are UTC; date and second stamp say the
// same in local time, and are kept for nothing but their microseconds.
#include "parse/parser.h"
#include "parse/stamp.h"
#include "parse/syslog_header.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

constexpr std::size_t kStampBytes = 26;  // 2026-11-21-10.15.00.675872

bool begins_alert(char c) { return is_upper(c) || c == '-'; }

std::string_view take_field(Cursor& cursor) {
  const std::string_view word = cursor.take_word();
  cursor.skip_spaces();
  return word;
}

// "source@node", "node/node" or the node again.
void set_source(record::RowWriter& row, std::string_view word, std::string_view node) {
  for (const char mark : {'@', '/'}) {
    const std::size_t at = word.find(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view first = word.substr(0, at), second = word.substr(at + 1);
    if (first == node && second == node) return;
    if (second == node) return row.set("source", Value::string(first));
  }
  if (word != node) row.set("source", Value::string(word));
}

void take_syslog(Cursor& cursor, record::RowWriter& row, std::string_view node, const ParseContext& context) {
  if (!take_stamp(cursor, "%b %d %T", context.reference)) return;
  cursor.skip_spaces();
  set_source(row, take_field(cursor), node);
  const Tag tag = read_tag(cursor.rest());
  if (!tag.found()) return;
  set_tag(row, tag, context);
  cursor.skip(tag.size);
  cursor.take(' ');
}

// False if it is not that form.
bool take_event(Cursor& cursor, record::RowWriter& row, std::string_view node) {
  const std::string_view stamp = cursor.rest().substr(0, cursor.rest().find(' '));
  if (stamp.size() != kStampBytes || stamp[10] != '-' || stamp[19] != '.' || !is_number(stamp.substr(20))) return false;
  cursor.skip(kStampBytes);
  cursor.skip_spaces();
  set_source(row, take_field(cursor), node);
  row.set("type", Value::string(take_field(cursor)));
  row.set("component", Value::string(take_field(cursor)));
  const Cursor before = cursor;
  if (const auto level = record::severity_from_text(take_field(cursor)))
    row.set_level(*level);
  else
    cursor = before;
  std::int64_t micros = 0;
  for (const char digit : stamp.substr(20)) micros = 10 * micros + (digit - '0');
  std::vector<base::TimeNs>& times = row.batch().times();
  times[row.row()] += micros * base::kNsPerUs;
  return true;
}

Outcome parse_cluster(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  if (!begins_alert(cursor.peek())) return cursor.mismatch("a capital or '-'");
  const std::string_view alert = take_field(cursor);
  const std::string_view seconds = cursor.rest().substr(0, cursor.rest().find(' '));
  const auto time = is_number(seconds) && seconds.size() <= 10 ? text::parse_epoch(seconds) : std::nullopt;
  if (!time) return cursor.mismatch("seconds since 1970");
  take_field(cursor);
  const std::string_view date = cursor.rest().substr(0, cursor.rest().find(' '));
  if (date.size() != 10 || date[4] != '.' || date[7] != '.') return cursor.mismatch("a date as 2026.11.21");
  take_field(cursor);
  const std::string_view node = take_field(cursor);
  row.set_time(*time);
  row.set(record::kHost, Value::string(node));
  if (alert != "-") row.set("alert", Value::string(alert));
  if (!take_event(cursor, row, node)) take_syslog(cursor, row, node, context);
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_cluster(std::string_view line) {
  if (line.empty() || !begins_alert(line[0])) return false;
  const std::size_t seconds = line.find(' ') + 1;
  const std::size_t date = line.find(' ', seconds) + 1;
  return seconds > 0 && date == seconds + 11 && is_number(line.substr(seconds, 10)) && line.size() > date + 10 && line[date + 4] == '.' &&
         line[date + 7] == '.';
}

}  // namespace

extern constexpr ParserSpec kCluster{.name = "cluster",
                                     .summary = "log servers of clusters (BGL, Thunderbird): alert, seconds, node, then syslog",
                                     .sample = "- 1795256100 2026.11.21 dn228 Nov 21 10:15:00 dn228/dn228 crond[2915]: session closed",
                                     .parse = parse_cluster,
                                     .likely = likely_cluster,
                                     .starts = begins_alert};

}  // namespace logmill::parse
