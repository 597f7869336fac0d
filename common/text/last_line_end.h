// The last line end in a text, by a search from its end that looks at many bytes at once: the standard library's goes byte by byte.
#pragma once

#include <cstring>
#include <string_view>

namespace logmill::text {

// npos if there is none.
inline std::size_t last_line_end(std::string_view text) {
  const auto* const found = static_cast<const char*>(text.empty() ? nullptr : ::memrchr(text.data(), '\n', text.size()));
  return found != nullptr ? static_cast<std::size_t>(found - text.data()) : std::string_view::npos;
}

}  // namespace logmill::text
