// Numbers, true, false and null in JSON, passed over.
#pragma once

#include <bit>
#include <cstdint>

#include "base/byte_lanes.h"
#include "base/bytes.h"
#include "text/digits.h"

namespace logmill::record {

inline const char* skip_digits(const char* at, const char* end) {
  while (at < end && text::is_digit(*at)) ++at;
  return at;
}

// Behind the number of any kind, or `at` if none stands there.
inline const char* skip_number(const char* at, const char* end) {
  const char* const whole = at + (*at == '-');
  const char* behind = skip_digits(whole, end);
  if (behind == whole || (*whole == '0' && behind - whole > 1)) return at;
  if (behind < end && *behind == '.') {
    const char* const fraction = behind + 1;
    behind = skip_digits(fraction, end);
    if (behind == fraction) return at;
  }
  if (behind >= end || (*behind | 0x20) != 'e') return behind;
  const char* const exponent = behind + 1 + (behind[1] == '-' || behind[1] == '+');
  behind = skip_digits(exponent, end);
  return behind == exponent ? at : behind;
}

inline const char* skip_word(const char* at) {
  const auto word = base::load_le<std::uint32_t>(at);
  const auto letters = [](const char* text) { return base::load_le<std::uint32_t>(text); };
  if (word == letters("true") || word == letters("null")) return at + 4;
  return word == letters("fals") && at[4] == 'e' ? at + 5 : at;
}

// Behind the number, true, false or null that stands at `at`, or `at` if none does. What follows it may be anything. Of an integer or a
// decimal that is short all bytes are looked at together: how many digits there are decides no branch. So many bytes may be read, wherever
// the end is, as a batch has behind its text.
inline const char* skip_plain(const char* at, const char* end) {
  const char* const digits = at + (*at == '-');
  const base::Bytes16 text = base::load_lane(digits);
  const std::uint64_t others = ~base::bits_of(reinterpret_cast<base::Bytes16>((text - '0') < 10));
  const auto whole = static_cast<std::size_t>(std::countr_zero(others));  // of a lane: at most 16
  if (whole == 0) return digits == at ? skip_word(at) : at;
  if (whole > 14 || (*digits == '0' && whole > 1)) return skip_number(at, end);
  std::size_t size = whole;
  if (digits[whole] == '.') {
    const auto fraction = static_cast<std::size_t>(std::countr_zero(others >> (whole + 1)));
    if (fraction == 0 || whole + fraction > 14) return skip_number(at, end);
    size += 1 + fraction;
  }
  return (digits[size] | 0x20) == 'e' ? skip_number(at, end) : digits + size;
}

}  // namespace logmill::record
