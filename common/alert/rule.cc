#include "alert/rule.h"

#include <cmath>
#include <cstdio>

#include "base/heap_bytes.h"
#include "text/json_text.h"

namespace logmill::alert {

std::uint64_t memory_bytes_of(const Labels& labels) {
  constexpr std::uint64_t kNodeBytes = 4 * sizeof(void*) + 2 * sizeof(std::string);
  std::uint64_t bytes = 0;
  for (const auto& [name, value] : labels)
    bytes += base::heap_bytes(kNodeBytes) + base::heap_bytes(name.capacity()) + base::heap_bytes(value.capacity());
  return bytes;
}

std::uint64_t Sample::memory_bytes() const {
  return sizeof *this + memory_bytes_of(labels) + base::heap_bytes(key.capacity()) + base::heap_bytes(example.capacity());
}

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
