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

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }
std::int64_t characters(std::string_view text) { return std::ranges::count_if(text, begins_character); }

Value length(std::span<const Value> arguments, std::string_view, base::Arena&) {
  if (!arguments[0].present()) return {};
  std::string scratch;
  const std::string_view text = text_of(arguments[0], scratch);
  return Value::integer(characters(text));
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

// Far more than lines have: a short text that is replaced by a long one must not make a huge one.
constexpr std::size_t kReplacedBytesMax = 16 << 20;

Value replace(std::span<const Value> arguments, std::string_view, base::Arena& bytes) {
  if (!arguments[0].present()) return {};
  std::string scratch, scratch_from, scratch_to, out;
  std::string_view rest = text_of(arguments[0], scratch);
  const std::string_view from = text_of(arguments[1], scratch_from), to = text_of(arguments[2], scratch_to);
  while (!from.empty()) {
    const std::size_t at = rest.find(from);
    if (at == std::string_view::npos) break;
    out.append(rest.substr(0, at)).append(to);
    if (out.size() > kReplacedBytesMax) return {};
    rest.remove_prefix(at + from.size());
  }
  return text_value(out.append(rest), bytes);
}

// slice(text, from) or slice(text, from, count): characters; a `from` below 0 counts from the end.
Value slice(std::span<const Value> arguments, std::string_view, base::Arena& bytes) {
  const auto from = number_of(arguments[1]), count = arguments.size() > 2 ? number_of(arguments[2]) : std::optional(HUGE_VAL);
  if (!arguments[0].present() || !from || !count) return {};
  std::string scratch;
  const std::string_view text = text_of(arguments[0], scratch);
  const double first = *from < 0 ? static_cast<double>(characters(text)) + *from : *from;
  std::size_t begin = text.size(), end = text.size(), character = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!begins_character(text[at])) continue;
    const auto number = static_cast<double>(character++);
    if (number >= first) begin = std::min(begin, at);
    if (number >= std::max(first, 0.0) + *count) {
      end = at;
      break;
    }
  }
  return text_value(text.substr(std::min(begin, end), end - std::min(begin, end)), bytes);
}

Value trim(std::span<const Value> arguments, std::string_view, base::Arena& bytes) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  if (!arguments[0].present()) return {};
  std::string scratch;
  std::string_view text = text_of(arguments[0], scratch);
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text_value(text.substr(0, text.find_last_not_of(kBlanks) + 1), bytes);
}

// Without what sets colours on a terminal: ESC [ numbers m (ECMA-48, 8.3.117).
Value decolor(std::span<const Value> arguments, std::string_view, base::Arena& bytes) {
  constexpr std::string_view kBegin = "\x1b[";
  if (!arguments[0].present()) return {};
  std::string scratch, out;
  std::string_view rest = text_of(arguments[0], scratch);
  for (std::size_t at = 0; (at = rest.find(kBegin, at)) != std::string_view::npos;) {
    const std::size_t end = rest.find_first_not_of("0123456789;:", at + kBegin.size());
    if (end == std::string_view::npos || rest[end] != 'm') {
      at += kBegin.size();
      continue;
    }
    out.append(rest.substr(0, at));
    rest.remove_prefix(end + 1);
    at = 0;
  }
  return text_value(out.append(rest), bytes);
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
    {"decolor", "decolor(text)", 1, 1, decolor},
    {"floor", "floor(x)", 1, 1, of_number<round_down>},
    {"length", "length(text)", 1, 1, length},
    {"lower", "lower(text)", 1, 1, in_case<false>},
    {"max", "max(a, b, ...)", 1, kManyArguments, extreme<true>},
    {"min", "min(a, b, ...)", 1, kManyArguments, extreme<false>},
    {"octets", "octets(text)", 1, 1, octets},
    {"replace", "replace(text, from, to)", 3, 3, replace},
    {"round", "round(x) or round(x, digits)", 1, 2, round_to},
    {"seconds", "seconds(duration)", 1, 1, in_unit<Unit::time>},
    {"slice", "slice(text, from) or slice(text, from, count)", 2, 3, slice},
    {"trim", "trim(text)", 1, 1, trim},
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
