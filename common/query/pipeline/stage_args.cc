#include "query/pipeline/stage_args.h"

#include <algorithm>

#include "query/filter/filter_spec.h"
#include "text/digits.h"
#include "text/json_writer.h"
#include "text/units.h"

namespace logmill::query {
namespace {

using text::is_digit;

// The name of a result like p99(duration_ms): the parentheses belong to it when nothing stands
// before them.
void take_parentheses(Lexer& lexer, std::string& name) {
  if (name.empty() || lexer.at(0) != '(') return;
  const std::size_t start = lexer.offset();
  lexer.take("(");
  const std::string_view inner = lexer.take_name();
  if (lexer.at(0) != ')') return lexer.seek(start);
  lexer.take(")");
  name.append("(").append(inner).append(")");
}

}  // namespace

base::Result<std::string> take_field(Lexer& lexer) {
  if (lexer.next_is_quote()) return lexer.take_quoted();
  std::string name(lexer.take_name());
  take_parentheses(lexer, name);
  if (name.empty()) return lexer.error("expected the name of a field");
  return name;
}

base::Result<std::vector<std::string>> take_fields(Lexer& lexer) {
  std::vector<std::string> fields;
  do {
    LOGMILL_ASSIGN_OR_RETURN(fields.emplace_back(), take_field(lexer));
  } while (lexer.take(","));
  return fields;
}

base::Result<std::uint64_t> take_count(Lexer& lexer, std::uint64_t fallback) {
  if (!is_digit(lexer.peek())) return fallback;
  const std::size_t start = lexer.offset();
  const auto count = text::parse_count(lexer.take_name());
  if (!count || *count == 0) return lexer.error_at(start, "expected a whole number greater than zero");
  return *count;
}

bool span_is_next(Lexer& lexer) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  const bool found = is_digit(lexer.at(0)) && text::parse_duration(lexer.take_name()).has_value();
  lexer.seek(start);
  return found;
}

base::Result<std::int64_t> take_span(Lexer& lexer) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  const auto ns = text::parse_duration(lexer.take_name());
  if (!ns || *ns <= 0) return lexer.error_at(start, "expected a span of time, like 10s, 5m or 1h");
  return *ns;
}

void append_field_argument(std::string& out, std::string_view field) {
  Lexer lexer(field);
  const auto read = take_field(lexer);
  // Quoted too: what would be taken for a keyword, a span (5m), or a descending order (-count).
  const bool plain = read && *read == field && !is_reserved_word(field) && is_field_start(field[0]) && field[0] != '-' &&
                     !equals_ignoring_case(field, "by") && !equals_ignoring_case(field, "as") && !equals_ignoring_case(field, "from");
  if (plain)
    out += field;
  else
    append_quoted(out, field);
}

void append_fields(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ", ";
    append_field_argument(out, fields[i]);
  }
}

void append_span(std::string& out, std::int64_t ns) {
  struct NamedSpan {
    std::int64_t ns;
    std::string_view name;
  };
  constexpr NamedSpan kUnits[] = {{86'400'000'000'000, "d"},
                                  {3'600'000'000'000, "h"},
                                  {60'000'000'000, "m"},
                                  {1'000'000'000, "s"},
                                  {1'000'000, "ms"},
                                  {1'000, "us"},
                                  {1, "ns"}};
  const NamedSpan* unit = std::ranges::find_if(kUnits, [ns](const NamedSpan& u) { return ns % u.ns == 0; });
  text::append_integer(out, ns / unit->ns);
  out += unit->name;
}

}  // namespace logmill::query
