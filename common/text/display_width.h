// How much room text takes on a terminal.
#pragma once

#include <cstddef>
#include <string_view>

namespace logmill::text {

// Columns of a terminal: two for what East Asian scripts and pictures take, none for marks that stand on
// the character before. Bytes that are no UTF-8 count one each. Without control characters.
std::size_t display_width(std::string_view text);

// How many bytes at the front of `text` fit `columns`, whole characters with their marks.
std::size_t prefix_of_width(std::string_view text, std::size_t columns);

}  // namespace logmill::text
