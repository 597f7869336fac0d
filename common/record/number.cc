// Number text to the exactest kind of value.
#include <charconv>
#include <cmath>

#include "record/json_object.h"
#include "record/short_number.h"
#include "text/digits.h"
#include "text/json_writer.h"

namespace logmill::record {
namespace {

// A double holds any 15 digits, so that text is the same after reading and writing.
constexpr std::size_t kRealDigitsMax = 15;

// The parts of a number in JSON's grammar.
struct NumberParts {
  bool negative = false;
  std::string_view whole, fraction;
  bool has_exponent = false;
};

std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && text::is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// False if `text` is not a JSON number.
bool split_number(std::string_view text, NumberParts& parts) {
  parts.negative = take(text, '-');
  parts.whole = take_digits(text);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole[0] == '0')) return false;
  if (take(text, '.')) {
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return false;
  }
  if (text.empty()) return true;
  parts.has_exponent = take(text, 'e') || take(text, 'E');
  if (!parts.has_exponent) return false;
  if (!take(text, '-')) take(text, '+');
  return !take_digits(text).empty() && text.empty();
}

std::int64_t mantissa_of(const NumberParts& parts) {
  std::int64_t mantissa = 0;
  for (const std::string_view digits : {parts.whole, parts.fraction})
    for (const char c : digits) mantissa = 10 * mantissa + (c - '0');
  return parts.negative ? -mantissa : mantissa;
}

bool prints_as(double value, std::string_view text) {
  std::string printed;
  text::append_real(printed, value);
  return printed == text;
}

Value real_or_json(std::string_view text, std::size_t digits) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool exact = error == std::errc{} && (digits <= kRealDigitsMax || prints_as(value, text));
  return exact ? Value::real(value) : Value::json(text);
}

}  // namespace

Value value_from_number(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (const Value value = scan_short_number(at, end); value.present() && at == end) return value;
  NumberParts parts;
  if (!split_number(text, parts)) return {};
  const std::size_t digits = parts.whole.size() + parts.fraction.size();
  if (parts.has_exponent) return real_or_json(text, digits);
  if (parts.fraction.empty()) {
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{}) return Value::integer(value);
    return Value::json(text);
  }
  if (digits > Value::kScaleMax) return Value::json(text);
  return Value::decimal(mantissa_of(parts), static_cast<unsigned>(parts.fraction.size()));
}

Value value_from_text(std::string_view text) {
  if (text.empty()) return Value::string(text);
  if (text == "true") return Value::boolean(true);
  if (text == "false") return Value::boolean(false);
  if (!text::is_digit(text[0]) && text[0] != '-') return Value::string(text);
  const Value number = value_from_number(text);
  switch (number.kind()) {
    case Kind::integer:
    case Kind::decimal:
      // Minus zero would lose its sign.
      return number.integer() == 0 && text[0] == '-' ? Value::string(text) : number;
    case Kind::real: return prints_as(number.real(), text) ? number : Value::string(text);
    default: return Value::string(text);
  }
}

}  // namespace logmill::record
