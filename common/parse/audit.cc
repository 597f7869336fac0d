// Linux audit: type=USER_LOGIN msg=audit(1763719300.123:4711): pid=815 uid=0 … msg='op=login
// acct="ada" …' The pairs become fields, also those inside msg='…'; what is no pair stays in the
// message.
#include "parse/parser.h"
#include "parse/quoted.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

bool is_key(std::string_view word) {
  for (const char c : word)
    if (!is_alnum(c) && c != '_' && c != '-') return false;
  return !word.empty();
}

void take_pair(Cursor& cursor, record::RowWriter& row) {
  std::string_view quoted;
  const std::string_view word = cursor.take_word();
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || !is_key(word.substr(0, equals))) return;
  const std::string_view key = word.substr(0, equals);
  std::string_view value = word.substr(equals + 1);
  if (value.starts_with('"')) {
    Cursor from_quote(std::string_view(value.data(), value.size() + cursor.rest().size()));
    if (take_quoted(from_quote, quoted)) {
      cursor.continue_at(from_quote.rest());
      return row.set(key, Value::string(quoted));
    }
  }
  while (value.ends_with('\'') || value.ends_with(',')) value.remove_suffix(1);
  if (key != "msg" && !value.empty()) row.set(key, record::value_from_text(value));
}

void take_pairs(Cursor& cursor, record::RowWriter& row) {
  while (!cursor.at_end()) {
    cursor.skip_spaces();
    // The pairs inside are as good as those outside.
    cursor.take("msg='");
    take_pair(cursor, row);
  }
}

Outcome parse_audit(std::string_view line, record::RowWriter& row, const ParseContext&) {
  Cursor cursor(line);
  std::string_view node, stamp, serial;
  if (cursor.take("node=")) {
    node = cursor.take_word();
    cursor.skip_spaces();
  }
  if (!cursor.take("type=")) return cursor.mismatch("type=");
  const std::string_view type = cursor.take_word();
  if (!cursor.take(" msg=audit(")) return cursor.mismatch("msg=audit(");
  const Cursor at_time = cursor;
  if (!cursor.take_until(':', stamp)) return cursor.mismatch("SECONDS:SERIAL");
  const auto time = text::parse_epoch(stamp);
  if (!time) return at_time.mismatch("SECONDS:SERIAL");
  if (!cursor.take_until(')', serial) || !is_number(serial)) return cursor.mismatch("a serial number");
  cursor.take(':');
  cursor.skip_spaces();
  row.set_time(*time);
  if (!node.empty()) row.set(record::kHost, Value::string(node));
  row.set(record::kMessage, Value::string(cursor.rest()));
  row.set("type", Value::string(type));
  row.set("serial", record::value_from_text(serial));
  take_pairs(cursor, row);
  return {};
}

bool likely_audit(std::string_view line) { return line.starts_with("type=") || line.starts_with("node="); }

}  // namespace

extern constexpr ParserSpec kAudit{
    .name = "audit",
    .summary = "Linux audit log",
    .sample = R"(type=USER_LOGIN msg=audit(1795256100.123:4711): pid=815 uid=0 msg='op=login acct="ada" res=success')",
    .parse = parse_audit,
    .likely = likely_audit,
    .starts = [](char c) { return c == 't' || c == 'n'; }};

}  // namespace logmill::parse
