// UTF-8: is it valid, and where does it stop being so. And what a terminal may be shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace logmill::text {

// Length of the longest valid prefix; `bytes.size()` if all of it is valid. Strict: no overlong
// forms, no surrogates, nothing beyond U+10FFFF (Unicode 15, table 3-7).
std::size_t valid_utf8_prefix(std::string_view bytes);

// Bytes of the character at the front of `bytes`, which is not empty; 0 if they are not valid.
std::size_t utf8_sequence_size(std::string_view bytes);

// For a terminal: control characters and invalid bytes appear as \x1b, tab stays. No line of a log
// can move the cursor or change a colour.
void append_escaped_for_terminal(std::string& out, std::string_view bytes);

}  // namespace logmill::text
