// Pieces of the states of aggregates, as they go from one logquery to another:
// docs/formats/partial.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/value.h"

namespace logmill::query {

// A value with its kind; absent is empty.
void append_state(std::string& out, const record::Value& value);
// nullopt if it is none. Text points into `state`.
std::optional<record::Value> parse_state(std::string_view state);

// The shortest text that gives back the number.
void append_state(std::string& out, double number);

// Takes off what stands before the next `separator`, and that; all if there is none.
std::string_view take_until(std::string_view& text, char separator);

// A whole number; nullopt if it is none.
template <class Integer>
std::optional<Integer> parse_integer(std::string_view text);
extern template std::optional<std::int64_t> parse_integer(std::string_view);
extern template std::optional<std::uint64_t> parse_integer(std::string_view);

}  // namespace logmill::query
