// Numbers with a unit, in a query and in a field, so that 250ms is less than 1.5s and 10KB more
// than 9000.
#pragma once

#include <optional>
#include <string_view>

#include "record/value.h"

namespace logmill::query {

enum class Unit {
  none,
  time,  // in nanoseconds
  bytes,
};

struct Quantity {
  double amount = 0;
  Unit unit = Unit::none;
};

// A whole text that is a number: "-12.5", "1e6".
std::optional<double> parse_number(std::string_view text);
// A literal of a query: a number, a duration ("250ms", "2h"), a size ("10KB", "64MiB"), a count
// ("10k").
std::optional<Quantity> parse_quantity(std::string_view text);

// What one unit of a bare number in `field` amounts to: duration_ms counts milliseconds, body_kb
// kilobytes. Without such an ending times are seconds and sizes bytes.
double unit_scale(std::string_view field, Unit unit);

// The value as an amount of `unit`; a bare number counts `scale`. nullopt if it is none.
std::optional<double> amount_of(const record::Value& value, Unit unit, double scale);

}  // namespace logmill::query
