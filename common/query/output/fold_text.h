// Long values, cut so that the others can be seen.
#pragma once

#include <cstddef>
#include <string>

namespace logmill::query {

// Keeps about `bytes_max` bytes, whole characters, and says how much more there was: "abc…(+1234)",
// in bytes.
inline void fold_text(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  const std::size_t left_out = text.size() - end;
  text.resize(end);
  text += "…(+" + std::to_string(left_out) + ")";
}

}  // namespace logmill::query
