#include "query/groups/aggregate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "query/language/quantity.h"
#include "query/pipeline/stage_args.h"
#include "text/suggest.h"

namespace logmill::query {

#define AGGREGATES(X) \
  X(kCount)           \
  X(kSum)             \
  X(kAvg)             \
  X(kMin)             \
  X(kMax)             \
  X(kPercentile)      \
  X(kDistinct)        \
  X(kFirst)           \
  X(kLast)

#define DECLARE(name) extern const AggregateSpec name;
AGGREGATES(DECLARE)
#undef DECLARE

namespace {
#define ADDRESS(name) &name,
constexpr std::array kAggregates = {AGGREGATES(ADDRESS)};
#undef ADDRESS
}  // namespace

std::span<const AggregateSpec* const> aggregate_specs() { return kAggregates; }

const AggregateSpec* find_aggregate(std::string_view function) {
  const auto found = std::ranges::find_if(
      kAggregates, [function](const AggregateSpec* spec) { return spec->accepts ? spec->accepts(function) : spec->name == function; });
  return found == kAggregates.end() ? nullptr : *found;
}

namespace {

std::string unknown_function(std::string_view name) {
  if (name.empty()) return "expected a function like count() or p99(duration_ms)";
  if (name.size() > 1 && name.front() == 'p' && parse_number(name.substr(1))) return "percentiles are p0 to p100, like p99.9(duration_ms)";
  std::vector<std::string_view> names;
  for (const AggregateSpec* spec : kAggregates) names.push_back(spec->name);
  if (const std::string_view near = text::nearest(name, names); !near.empty())
    return "no such function; did you mean " + std::string(near) + "?";
  std::string what = "no such function; there are";
  for (const std::string_view known : names) what.append(" ").append(known);
  return what;
}

}  // namespace

std::string AggregateCall::result_name() const {
  if (!as.empty()) return as;
  return field.empty() ? function : function + "(" + field + ")";
}

record::Value number_value(double number) {
  constexpr double kExactMax = 9007199254740992;  // 2^53
  if (std::floor(number) == number && std::abs(number) <= kExactMax) return record::Value::integer(static_cast<std::int64_t>(number));
  return record::Value::real(number);
}

bool aggregate_is_next(Lexer& lexer) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  const bool found = find_aggregate(lexer.take_name()) != nullptr;
  lexer.seek(start);
  return found;
}

base::Result<AggregateCall> take_aggregate(Lexer& lexer) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  AggregateCall call{std::string(lexer.take_name()), {}, {}};
  const AggregateSpec* spec = find_aggregate(call.function);
  if (!spec) return lexer.error_at(start, unknown_function(call.function));
  if (lexer.take("(")) {
    if (lexer.peek() != ')' && !(lexer.peek() == '*' && lexer.take("*"))) {
      LOGMILL_ASSIGN_OR_RETURN(call.field, take_field(lexer));
    }
    if (!lexer.take(")")) return lexer.error("expected ) here");
  }
  if (call.field.empty() && spec->field == AggregateSpec::Field::required)
    return lexer.error_at(start, "this function needs a field: " + std::string(spec->usage));
  if (lexer.take_keyword("as")) {
    LOGMILL_ASSIGN_OR_RETURN(call.as, take_field(lexer));
  }
  return call;
}

void append_aggregate(std::string& out, const AggregateCall& call) {
  out += call.function;
  out.push_back('(');
  if (!call.field.empty()) append_field_argument(out, call.field);
  out.push_back(')');
  if (call.as.empty()) return;
  out += " as ";
  append_field_argument(out, call.as);
}

}  // namespace logmill::query
