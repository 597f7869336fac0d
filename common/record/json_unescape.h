// The text of JSON strings that hold backslashes.
#pragma once

#include <optional>
#include <string_view>

namespace logmill::record {

// Writes the text of a string's inside (what stands between the quotes) to `to`, which has room for
// `inside.size()` bytes: text is never longer than its escaped form. \udc80 to \udcff that are not
// part of a pair become the raw bytes 0x80 to 0xff; other surrogates without a partner keep their
// three bytes. Returns the size; nullopt if an escape is not one of JSON's or a quote stands
// unescaped.
std::optional<std::size_t> unescape_json(std::string_view inside, char* to);

}  // namespace logmill::record
