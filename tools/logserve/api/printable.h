// Text of strangers, where it is not a JSON string.
#pragma once

#include <string>
#include <string_view>

#include "text/utf8.h"

namespace logmill::logserve {

// Control characters, but the ends of lines, and bytes that are no UTF-8 as escapes.
inline std::string printable(std::string_view text) {
  std::string plain;
  while (true) {
    const std::size_t end = text.find('\n');
    text::append_escaped_for_terminal(plain, text.substr(0, end));
    if (end == std::string_view::npos) return plain;
    plain += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace logmill::logserve
