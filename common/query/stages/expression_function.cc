#include "query/stages/expression_function.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "query/filter/predicate.h"
#include "query/filter/text_match.h"
#include "query/groups/aggregate.h"
#include "query/language/quantity.h"
#include "query/table/value_order.h"
#include "text/tokens.h"
#include "text/utf8.h"

namespace logmill::query {
namespace {

using record::Value;

std::optional<double> number_of(const Value& value) { return amount_of(value, Unit::none, 1); }

Value text_value(std::string_view text, base::Arena& bytes) { return Value::string(bytes.copy(text)); }

Value finite(double number) { return std::isfinite(number) ? number_value(number) : Value{}; }

template <double (*kFunction)(double)>
Value of_number(std::span<const Value> arguments, std::string_view, base::Arena&) {
  const auto number = number_of(arguments[0]);
  return number ? finite(kFunction(*number)) : Value{};
}

Value round_to(std::span<const Value> arguments, std::string_view, base::Arena&) {
  const auto number = number_of(arguments[0]);
  const auto digits = arguments.size() > 1 ? number_of(arguments[1]) : 0.0;
  if (!number || !digits) return {};
  const double scale = std::pow(10.0, std::clamp(std::trunc(*digits), -18.0, 18.0));
  return finite(std::round(*number * scale) / scale);
}

template <bool kUpper>
Value in_case(std::span<const Value> arguments, std::string_view, base::Arena& bytes) {
  if (!arguments[0].present()) return {};
  std::string scratch;
  std::string text(text_of(arguments[0], scratch));
  for (char& c : text)
    if constexpr (kUpper)
      c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    else
      c = text::lower_ascii(c);
  return text_value(text, bytes);
}

Value length(std::span<const Value> arguments, std::string_view, base::Arena&) {
  if (!arguments[0].present()) return {};
  std::string scratch;
  const std::string_view text = text_of(arguments[0], scratch);
  return Value::integer(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

Value octets(std::span<const Value> arguments, std::string_view, base::Arena&) {
  if (!arguments[0].present()) return {};
  std::string scratch;
  return Value::integer(static_cast<std::int64_t>(text_of(arguments[0], scratch).size()));
}

template <bool kGreatest>
Value extreme(std::span<const Value> arguments, std::string_view, base::Arena&) {
  Value best;
  for (const Value& value : arguments) {
    if (!value.present()) continue;
    const auto order = compare_values(value, best);
    if (!best.present() || (kGreatest ? order > 0 : order < 0)) best = value;
  }
  return best;
}

Value concat(std::span<const Value> arguments, std::string_view, base::Arena& bytes) {
  std::string joined, scratch;
  for (const Value& value : arguments)
    if (value.kind() > record::Kind::null) joined += text_of(value, scratch);
  return text_value(joined, bytes);
}

Value coalesce(std::span<const Value> arguments, std::string_view, base::Arena&) {
  const auto found = std::ranges::find_if(arguments, [](const Value& value) { return value.kind() > record::Kind::null; });
  return found == arguments.end() ? Value{} : *found;
}

// seconds(took): of a duration in any form, or of a number in a field whose name ends in its unit.
template <Unit kUnit>
Value in_unit(std::span<const Value> arguments, std::string_view field, base::Arena&) {
  const auto amount = amount_of(arguments[0], kUnit, unit_scale(field, kUnit));
  if (!amount) return {};
  return finite(kUnit == Unit::time ? *amount / 1e9 : *amount);
}

double absolute(double number) { return std::abs(number); }
double round_down(double number) { return std::floor(number); }
double round_up(double number) { return std::ceil(number); }

constexpr std::size_t kManyArguments = 100;
constexpr ExpressionFunction kFunctions[] = {
    {"abs", "abs(x)", 1, 1, of_number<absolute>},
    {"bytes", "bytes(size)", 1, 1, in_unit<Unit::bytes>},
    {"ceil", "ceil(x)", 1, 1, of_number<round_up>},
    {"coalesce", "coalesce(a, b, ...)", 1, kManyArguments, coalesce},
    {"concat", "concat(a, b, ...)", 1, kManyArguments, concat},
    {"floor", "floor(x)", 1, 1, of_number<round_down>},
    {"length", "length(text)", 1, 1, length},
    {"lower", "lower(text)", 1, 1, in_case<false>},
    {"max", "max(a, b, ...)", 1, kManyArguments, extreme<true>},
    {"min", "min(a, b, ...)", 1, kManyArguments, extreme<false>},
    {"octets", "octets(text)", 1, 1, octets},
    {"round", "round(x) or round(x, digits)", 1, 2, round_to},
    {"seconds", "seconds(duration)", 1, 1, in_unit<Unit::time>},
    {"upper", "upper(text)", 1, 1, in_case<true>},
};

std::optional<std::int64_t> whole(char symbol, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflow = true;
  if (symbol == '+') overflow = __builtin_add_overflow(a, b, &result);
  if (symbol == '-') overflow = __builtin_sub_overflow(a, b, &result);
  if (symbol == '*') overflow = __builtin_mul_overflow(a, b, &result);
  if (symbol == '%' && b != 0 && b != -1) return a % b;
  return overflow ? std::nullopt : std::optional(result);
}

}  // namespace

std::span<const ExpressionFunction> expression_functions() { return kFunctions; }

const ExpressionFunction* find_expression_function(std::string_view name) {
  const auto found = std::ranges::find(kFunctions, name, &ExpressionFunction::name);
  return found == std::end(kFunctions) ? nullptr : found;
}

Value calculate(char symbol, const Value& a, const Value& b, base::Arena& bytes) {
  if (!a.present() || !b.present()) return {};
  if (a.kind() == record::Kind::integer && b.kind() == record::Kind::integer)
    if (const auto result = whole(symbol, a.integer(), b.integer())) return Value::integer(*result);
  const auto x = number_of(a), y = number_of(b);
  if (symbol == '+' && !(x && y)) {
    std::string scratch_a, scratch_b;
    std::string joined(text_of(a, scratch_a));
    return text_value(joined.append(text_of(b, scratch_b)), bytes);
  }
  if (!x || !y) return {};
  switch (symbol) {
    case '+': return finite(*x + *y);
    case '-': return finite(*x - *y);
    case '*': return finite(*x * *y);
    case '/': return finite(*x / *y);
    default: return finite(std::fmod(*x, *y));
  }
}

}  // namespace logmill::query
