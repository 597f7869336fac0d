// Digits into a buffer that is known to be large enough: for writers of millions of lines a second.
// Everybody else appends to a string (json_writer.h). Each function returns the end of what it
// wrote.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "text/digits.h"

namespace logmill::text {

constexpr std::size_t kDigitsMax = 20;  // of an unsigned 64-bit number

// Two hexadecimal digits for each byte.
inline constexpr auto kHexPairs = [] {
  std::array<char, 512> pairs{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = kHexDigits[byte / 16];
    pairs[2 * byte + 1] = kHexDigits[byte % 16];
  }
  return pairs;
}();

// Exactly two digits; `value` < 100.
inline char* write_2_digits(char* to, std::uint32_t value) {
  write_two_digits(to, value);
  return to + 2;
}

// Exactly three digits; `value` < 1000.
inline char* write_3_digits(char* to, std::uint32_t value) {
  *to = static_cast<char>('0' + value / 100);
  return write_2_digits(to + 1, value % 100);
}

// Exactly six digits; `value` < 1'000'000.
inline char* write_6_digits(char* to, std::uint32_t value) {
  write_2_digits(to, value / 10'000);
  write_2_digits(to + 2, value / 100 % 100);
  return write_2_digits(to + 4, value % 100);
}

inline char* write_unsigned(char* to, std::uint64_t value) {
  char digits[kDigitsMax];
  char* first = digits + kDigitsMax;
  while (value >= 100) {
    first -= 2;
    write_2_digits(first, static_cast<std::uint32_t>(value % 100));
    value /= 100;
  }
  if (value >= 10) {
    first -= 2;
    write_2_digits(first, static_cast<std::uint32_t>(value));
  } else {
    *--first = static_cast<char>('0' + value);
  }
  const auto size = static_cast<std::size_t>(digits + kDigitsMax - first);
  std::memcpy(to, first, size);
  return to + size;
}

// Exactly sixteen lower-case hexadecimal digits.
inline char* write_hex_64(char* to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8, to += 2) std::memcpy(to, &kHexPairs[2 * ((value >> shift) & 0xff)], 2);
  return to;
}

// Exactly eight lower-case hexadecimal digits.
inline char* write_hex_32(char* to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8, to += 2) std::memcpy(to, &kHexPairs[2 * ((value >> shift) & 0xff)], 2);
  return to;
}

}  // namespace logmill::text
