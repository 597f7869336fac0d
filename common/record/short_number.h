// Integers and decimals of up to 18 digits, which nearly all numbers are, in one pass over their bytes.
#pragma once

#include <cstdint>

#include "record/value.h"
#include "text/digits.h"

namespace logmill::record {

// Takes the digits at `at`, adds them to `number`, and says how many there were.
// Always inline: a call would keep both in memory, digit by digit.
[[gnu::always_inline]] inline std::size_t take_digits(const char*& at, const char* end, std::uint64_t& number) {
  const char* const first = at;
  for (; at != end && text::is_digit(*at); ++at) number = 10 * number + static_cast<unsigned>(*at - '0');
  return static_cast<std::size_t>(at - first);
}

// The number that starts at `from`, which is then behind its last digit. Absent where there is none, or not a short
// one: then `from` is where it was. What stands behind the number is the caller's to judge.
inline Value scan_short_number(const char*& from, const char* end) {
  const char* at = from;
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  const char* const first = at;
  std::uint64_t number = 0;  // of more than eighteen digits nobody looks at it
  const std::size_t whole = take_digits(at, end, number);
  if (whole == 0 || (*first == '0' && whole > 1)) return {};
  std::size_t fraction = 0;
  if (at != end && *at == '.') {
    ++at;
    fraction = take_digits(at, end, number);
    if (fraction == 0) return {};
  }
  if (whole + fraction > Value::kScaleMax) return {};
  from = at;
  const auto value = negative ? -static_cast<std::int64_t>(number) : static_cast<std::int64_t>(number);
  return fraction == 0 ? Value::integer(value) : Value::decimal(value, static_cast<unsigned>(fraction));
}

}  // namespace logmill::record
