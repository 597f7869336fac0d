// UTF-8: is it valid, and where does it stop being so. And what a terminal may be shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace logmill::text {

// Length of the longest valid prefix; `bytes.size()` if all of it is valid. Strict: no overlong
// forms, no surrogates, nothing beyond U+10FFFF (Unicode 15, table 3-7).
std::size_t valid_utf8_prefix(std::string_view bytes);

// Bytes of the character at the front of `bytes`, which is not empty; 0 if they are not valid.
std::size_t utf8_sequence_size(std::string_view bytes);

// The code point of one valid character.
std::uint32_t utf8_code_point(std::string_view character);
// The character of a code point; false if there is none.
bool append_utf8(std::string& out, std::uint32_t code);

// Whether a terminal may not be shown this valid character as it is: C0 controls but tab, DEL, the C1
// controls U+0080 to U+009F, and what turns the direction of writing, so that text appears that is not there.
bool commands_terminal(std::string_view character);

// For a terminal: such characters and invalid bytes appear as \x1b. No line of a log can move the
// cursor or change a colour.
void append_escaped_for_terminal(std::string& out, std::string_view bytes);
// The same for text of several lines: they stay lines.
void append_lines_escaped_for_terminal(std::string& out, std::string_view bytes);

}  // namespace logmill::text
