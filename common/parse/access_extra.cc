#include "parse/access_extra.h"

#include <array>
#include <span>

#include "parse/quoted.h"
#include "record/json_object.h"

namespace logmill::parse {
namespace {

using record::Value;

// kubernetes.github.io/ingress-nginx: log-format
constexpr std::string_view kIngress[] = {"request_length",         "request_time",    "upstream_name",
                                         "upstream_alternative",   "upstream_addr",   "upstream_response_length",
                                         "upstream_response_time", "upstream_status", "request_id"};
// doc.traefik.io: common log format
constexpr std::string_view kTraefik[] = {"request_count", "router", "server_url", "duration"};

constexpr std::size_t kPartsMax = 9;

// Splits at spaces, except in quotes and brackets, which are taken off.
struct Parts {
  std::array<std::string_view, kPartsMax> texts;
  std::array<char, kPartsMax> opened_by{};  // '"', '[' or '\0'
  std::size_t count = 0;
  bool complete = false;
};

bool take_one(Cursor& cursor, std::string_view& part, char& opened_by) {
  opened_by = cursor.peek();
  if (opened_by == '"') return take_quoted(cursor, part);
  if (cursor.take('[')) return cursor.take_until(']', part);
  opened_by = '\0';
  part = cursor.take_word();
  return true;
}

Parts split(std::string_view extra) {
  Parts parts;
  Cursor cursor(extra);
  while (!cursor.at_end() && parts.count < kPartsMax) {
    if (!take_one(cursor, parts.texts[parts.count], parts.opened_by[parts.count])) return parts;
    ++parts.count;
    cursor.skip_spaces();
  }
  parts.complete = cursor.at_end();
  return parts;
}

void set_named(record::RowWriter& row, const Parts& parts, std::span<const std::string_view> names, const ParseContext& context) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view text = parts.texts[i];
    if (text.empty() || text == "-") continue;
    context.set(row, names[i], parts.opened_by[i] == '\0' ? record::value_from_text(text) : Value::string(text));
  }
}

// rt=0.003 uct="0.001" …
bool set_pairs(record::RowWriter& row, std::string_view extra, const ParseContext& context) {
  Cursor cursor(extra);
  while (!cursor.at_end()) {
    std::string_view name, text;
    char opened_by;
    if (!cursor.take_until('=', name) || !is_alpha(name.empty() ? ' ' : name[0])) return false;
    if (name.find(' ') != std::string_view::npos || !take_one(cursor, text, opened_by)) return false;
    if (!text.empty() && text != "-") context.set(row, name, record::value_from_text(text));
    cursor.skip_spaces();
  }
  return true;
}

bool set_known_layout(record::RowWriter& row, std::string_view extra, const ParseContext& context) {
  const Parts parts = split(extra);
  if (!parts.complete) return false;
  const bool quoted = parts.opened_by[0] == '"';
  if (parts.count == 1 && quoted) {
    if (context.asks_for("forwarded_for")) set_text_unless_dash(row, "forwarded_for", parts.texts[0]);
    return true;
  }
  if (parts.count == 1 && record::value_from_text(extra).kind() == record::Kind::decimal) {
    context.set(row, "request_time", record::value_from_text(extra));
    return true;
  }
  if (parts.count == 9 && parts.opened_by[2] == '[' && parts.opened_by[3] == '[') {
    set_named(row, parts, kIngress, context);
    return true;
  }
  if (parts.count == 4 && parts.opened_by[1] == '"' && parts.opened_by[2] == '"') {
    set_named(row, parts, kTraefik, context);
    return true;
  }
  return false;
}

}  // namespace

void set_text_unless_dash(record::RowWriter& row, std::string_view name, std::string_view text) {
  if (!text.empty() && text != "-") row.set(name, Value::string(text));
}

void set_access_extra(record::RowWriter& row, std::string_view extra, const ParseContext& context) {
  if (extra.empty() || extra == "\"-\"" || set_known_layout(row, extra, context)) return;
  if (is_alpha(extra[0]) && set_pairs(row, extra, context)) return;
  context.set(row, "extra", Value::string(extra));
}

}  // namespace logmill::parse
