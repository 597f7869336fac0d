// Texts that are hard to search as templates: digits, letters and bytes beyond ASCII side by side, and what keys mark variables with.
#pragma once

#include <random>
#include <span>
#include <string>

namespace logmill::query {

inline constexpr const char* kHardPieces[] = {"a",
                                              "b",
                                              "k",
                                              "S",
                                              "9",
                                              "10",
                                              " ",
                                              "-",
                                              "A1",
                                              "\xc3\xb6",
                                              "\xe2\x84\xaa",
                                              "\1",
                                              "\4",
                                              "ab",
                                              ":",
                                              "b9",
                                              ".",
                                              "]",
                                              "00",
                                              "ff",
                                              "deadbeef",
                                              "7e57c0de",
                                              "123e4567-e89b-12d3-a456-426614174000"};

// At most so many pieces, one behind the other.
inline std::string random_text(std::mt19937& random, std::size_t most, std::span<const char* const> pieces = kHardPieces) {
  std::string text;
  for (auto left = random() % (most + 1); left > 0; --left) text += pieces[random() % pieces.size()];
  return text;
}

}  // namespace logmill::query
