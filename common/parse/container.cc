// Lines that a container runtime wraps around a program's own line.
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

// 2026-11-21T10:15:00.5Z stdout F MESSAGE; P marks a part of a longer line.
Outcome parse_cri(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  std::string_view rest;
  const auto time = context.memory.stamps.read_prefix(line, rest);
  if (!time) return cursor.mismatch("a time");
  cursor.continue_at(rest);
  const std::string_view stream = cursor.take(" stdout ") ? "stdout" : cursor.take(" stderr ") ? "stderr" : "";
  if (stream.empty()) return cursor.mismatch("stdout or stderr");
  const bool part = cursor.peek() == 'P';
  if (!part && cursor.peek() != 'F') return cursor.mismatch("F or P");
  cursor.skip(1);
  if (!cursor.at_end() && !cursor.take(' ')) return cursor.mismatch("a space");
  row.set_time(*time);
  row.set("stream", Value::string(stream));
  if (part) row.set("partial", Value::boolean(true));
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_cri(std::string_view line) {
  if (!starts_with_date(line) || line.size() < 29) return false;
  const std::size_t space = line.substr(0, 40).find(' ');
  return space != std::string_view::npos && line.substr(space).starts_with(" std");
}

// web-1  | MESSAGE
std::size_t container_name_size(std::string_view line) {
  constexpr std::size_t kNameBytesMax = 64;
  std::size_t size = 0;
  const auto is_name_char = [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  while (size < line.size() && size < kNameBytesMax && is_name_char(line[size])) ++size;
  return size;
}

Outcome parse_compose(std::string_view line, record::RowWriter& row, const ParseContext&) {
  Cursor cursor(line);
  const std::string_view name = line.substr(0, container_name_size(line));
  if (name.empty()) return cursor.mismatch("a container's name");
  cursor.skip(name.size());
  cursor.skip_spaces();
  if (!cursor.take('|') || (!cursor.at_end() && !cursor.take(' '))) return cursor.mismatch("'| '");
  row.set(record::kService, Value::string(name));
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_compose(std::string_view line) {
  const std::size_t size = container_name_size(line);
  return size > 0 && line.substr(size).starts_with(' ') && line.substr(size, 64).find("| ") < 40 &&
         trim(line.substr(size)).starts_with("| ");
}

}  // namespace

extern constexpr ParserSpec kCri{.name = "cri",
                                 .summary = "Kubernetes container log around a line of any format",
                                 .sample = "2026-11-21T10:15:00.000000005Z stderr F listening on 5140",
                                 .parse = parse_cri,
                                 .likely = likely_cri,
                                 .starts = is_digit,
                                 .dated = dated::kT,
                                 .inner = Inner::line};

extern constexpr ParserSpec kCompose{.name = "compose",
                                     .summary = "docker compose: a container's name, |, a line of any format",
                                     .sample = R"(web-1  | {"level":"info","msg":"listening"})",
                                     .parse = parse_compose,
                                     .likely = likely_compose,
                                     .inner = Inner::line};

}  // namespace logmill::parse
