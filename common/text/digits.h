// Digits to numbers and back, for fixed layouts such as times.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "base/bytes.h"

namespace logmill::text {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number that two digits make, or a negative one if they are not digits.
inline int two_digits(const char* from) {
  const unsigned tens = static_cast<unsigned>(from[0] - '0');
  const unsigned ones = static_cast<unsigned>(from[1] - '0');
  return tens <= 9 && ones <= 9 ? static_cast<int>(10 * tens + ones) : -1;
}

// The number that the last `count` of eight bytes make, or a negative one if they are not digits: all at once, each byte's value joined to
// the one beside it, then pairs, then fours.
inline std::int64_t eight_digits(const char* from, std::size_t count) {
  constexpr std::uint64_t kZeros = 0x3030303030303030, kHighs = 0xf0f0f0f0f0f0f0f0, kSix = 0x0606060606060606;
  const std::size_t others = 8 * (8 - count);  // bits
  if (count == 0) return 0;
  std::uint64_t bytes = base::load_le<std::uint64_t>(from) >> others << others;
  if (others > 0) bytes |= kZeros >> (64 - others);
  if ((bytes & kHighs) != kZeros || ((bytes + kSix) & kHighs) != kZeros) return -1;
  bytes -= kZeros;
  bytes = bytes * 10 + (bytes >> 8);
  bytes = (bytes & 0x00ff00ff00ff00ff) * 100 + (bytes >> 16 & 0x00ff00ff00ff00ff);
  return static_cast<std::int64_t>((bytes & 0xffff) * 10'000 + (bytes >> 32 & 0xffff));
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
