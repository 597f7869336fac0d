// One JSON object a line; also docker's json-file, where the object wraps a line of any format.
#include "parse/json.h"

#include "parse/cursor.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

// The reader's own message names a column ("column 17: expected …"); only the number is kept.
Outcome not_json(const base::Error& error) {
  constexpr std::string_view kColumn = "column ";
  std::size_t column = 0;
  if (const std::size_t at = error.what.find(kColumn); at != std::string::npos)
    for (const char c : std::string_view(error.what).substr(at + kColumn.size())) {
      if (!is_digit(c)) break;
      column = 10 * column + static_cast<std::size_t>(c - '0');
    }
  return {column > 0 ? column : 1, "a JSON object"};
}

}  // namespace

Outcome read_json(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  const base::Status read = context.memory.json.read(line, row);
  if (!read && context.memory.asks_width && read.error().code == base::ErrorCode::too_large) context.memory.too_wide = true;
  return read ? Outcome{} : not_json(read.error());
}

namespace {

bool likely_json(std::string_view line) { return line.starts_with('{') && line.size() > 1; }

Outcome parse_docker(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  const Outcome outcome = read_json(line, row, context);
  if (!outcome.matched()) return outcome;
  const record::Value log = row.get("log");
  if (log.kind() != record::Kind::string) return {2, "a member \"log\""};
  std::string_view text = log.text();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  row.set(record::kMessage, record::Value::string(text));
  row.set("log", {});
  return {};
}

bool likely_docker(std::string_view line) { return line.starts_with("{\"log\":\""); }

}  // namespace

extern constexpr ParserSpec kJson{.name = "json",
                                  .summary = "one JSON object a line; nested keys become a.b",
                                  .sample = R"({"time":"2026-11-21T10:15:00Z","level":"info","msg":"listening","port":5140})",
                                  .parse = read_json,
                                  .likely = likely_json,
                                  .starts = [](char c) { return c == '{'; }};

extern constexpr ParserSpec kDocker{.name = "docker",
                                    .summary = "docker's json-file: an object around a line of any format",
                                    .sample = R"({"log":"listening on 5140\n","stream":"stdout","time":"2026-11-21T10:15:00.5Z"})",
                                    .parse = parse_docker,
                                    .likely = likely_docker,
                                    .starts = [](char c) { return c == '{'; },
                                    .inner = Inner::line};

}  // namespace logmill::parse
