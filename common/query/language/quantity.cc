#include "query/language/quantity.h"

#include <charconv>

#include "text/units.h"

namespace logmill::query {
namespace {

bool starts_like_number(std::string_view text) {
  return !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '.');
}

std::optional<double> parse_in_unit(std::string_view text, Unit unit) {
  if (!starts_like_number(text)) return std::nullopt;
  if (unit == Unit::time) {
    if (const auto ns = text::parse_duration(text)) return static_cast<double>(*ns);
  } else if (const auto bytes = text::parse_size(text)) {
    return static_cast<double>(*bytes);
  }
  return std::nullopt;
}

struct Ending {
  std::string_view suffix;
  Unit unit;
  double scale;
};

constexpr Ending kEndings[] = {
    {"_ns", Unit::time, 1},         {"_us", Unit::time, 1e3},  {"_ms", Unit::time, 1e6},       {"_millis", Unit::time, 1e6},
    {"_micros", Unit::time, 1e3},   {"_nanos", Unit::time, 1}, {"_minutes", Unit::time, 60e9}, {"_hours", Unit::time, 3600e9},
    {"_kb", Unit::bytes, 1e3},      {"_mb", Unit::bytes, 1e6}, {"_gb", Unit::bytes, 1e9},      {"_kib", Unit::bytes, 1024},
    {"_mib", Unit::bytes, 1048576},
};

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (!starts_like_number(text)) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  if (!starts_like_number(text)) return std::nullopt;
  if (const auto number = parse_number(text)) return Quantity{*number, Unit::none};
  if (const auto ns = parse_in_unit(text, Unit::time)) return Quantity{*ns, Unit::time};
  if (text.back() == 'B' || text.back() == 'b') {
    const auto bytes = parse_in_unit(text, Unit::bytes);
    return bytes ? std::optional(Quantity{*bytes, Unit::bytes}) : std::nullopt;
  }
  if (const auto count = text::parse_count(text)) return Quantity{static_cast<double>(*count), Unit::none};
  return std::nullopt;
}

double unit_scale(std::string_view field, Unit unit) {
  for (const Ending& ending : kEndings)
    if (ending.unit == unit && field.ends_with(ending.suffix)) return ending.scale;
  return unit == Unit::time ? 1e9 : 1;
}

std::optional<double> amount_of(const record::Value& value, Unit unit, double scale) {
  if (value.is_number()) return unit == Unit::none ? value.as_double() : value.as_double() * scale;
  if (value.kind() != record::Kind::string) return std::nullopt;
  if (unit != Unit::none)
    if (const auto amount = parse_in_unit(value.text(), unit)) return amount;
  const auto number = parse_number(value.text());
  if (!number) return std::nullopt;
  return unit == Unit::none ? *number : *number * scale;
}

}  // namespace logmill::query
