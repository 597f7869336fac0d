// Quotes and backslashes of 64 bytes of text, a bit each, the first byte lowest.
#pragma once

#include <cstdint>

namespace logmill::text {

// Of each bit whether those up to it are odd in number: of quotes, from each first one up to before the second.
[[gnu::always_inline]] inline std::uint64_t running_xor(std::uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

// Bytes behind a backslash that is not itself behind one. In `open`, 0 or 1: the first byte is, and then that of the next 64. From where
// a run of backslashes begins, adding carries to where it ends (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019, 3.1.1).
[[gnu::always_inline]] inline std::uint64_t escaped_by(std::uint64_t backslashes, std::uint64_t& open) {
  constexpr std::uint64_t kOdd = 0xaaaa'aaaa'aaaa'aaaa;
  const std::uint64_t may_escape = backslashes & ~open;
  const std::uint64_t ends = (((may_escape << 1) | kOdd) - may_escape) ^ kOdd;
  const std::uint64_t escaped = ends ^ (backslashes | open);
  open = (ends & backslashes) >> 63;
  return escaped;
}

}  // namespace logmill::text
