#include "alert/rule.h"

#include <cmath>
#include <cstdio>

#include "text/json_text.h"

namespace logmill::alert {

std::string format_value(double value) {
  std::string text;
  constexpr double kExact = 1e15;  // integers up to here are themselves
  if (std::floor(value) == value && std::abs(value) < kExact) {
    text::append_integer(text, static_cast<std::int64_t>(value));
    return text;
  }
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", value);
  return buffer;
}

std::string format_share(double share) { return format_value(std::round(share * 1'000) / 10) + "%"; }

std::string labels_to_json(const Labels& labels) {
  text::JsonText json;
  for (const auto& [name, value] : labels) json.text(name, value);
  return json.end();
}

void read_bounds(TableReader& reader, Rule& rule) {
  reader.take("above", rule.above);
  reader.take("below", rule.below);
  if (!rule.above && !rule.below) reader.refuse("", "needs above = NUMBER or below = NUMBER");
}

BoundCheck check_bounds(const Rule& rule, double value, std::string (*format)(double)) {
  if (rule.above && value > *rule.above) return {true, format(value) + " is above " + format(*rule.above)};
  if (rule.below && value < *rule.below) return {true, format(value) + " is below " + format(*rule.below)};
  return {};
}

}  // namespace logmill::alert
