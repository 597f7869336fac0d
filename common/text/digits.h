// Digits to numbers and back, for fixed layouts such as times.
#pragma once

#include <cstring>
#include <string>

namespace logmill::text {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number that two digits make, or a negative one if they are not digits.
inline int two_digits(const char* from) {
  const unsigned tens = static_cast<unsigned>(from[0] - '0');
  const unsigned ones = static_cast<unsigned>(from[1] - '0');
  return tens <= 9 && ones <= 9 ? static_cast<int>(10 * tens + ones) : -1;
}

inline constexpr char kDigitPairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
    "474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596"
    "979899";

// `value` is at most 99.
inline void write_two_digits(char* to, unsigned value) { std::memcpy(to, kDigitPairs + 2 * value, 2); }

inline constexpr char kHexDigits[] = "0123456789abcdef";

inline void append_hex_byte(std::string& out, unsigned char byte) {
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 15]);
}

}  // namespace logmill::text
