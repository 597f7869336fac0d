// Text that looks like what logs hold.
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace logmill::test {

inline std::string random_hex(std::mt19937_64& random, std::size_t digits) {
  std::string text;
  for (std::size_t i = 0; i < digits; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

}  // namespace logmill::test
