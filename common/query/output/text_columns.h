// Columns of text, and how they are made to fit a terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logmill::query {

// Between two columns.
constexpr std::size_t kColumnGap = 2;

struct TextColumn {
  enum class Kind { texts, numbers, times };  // times as append_time_local writes them

  std::string name = {};
  Kind kind = Kind::texts;
  std::vector<std::string> cells = {};
  std::size_t width = 0;
  std::optional<std::size_t> part = {};  // which one, of a chart that is split
};

// With the width that its name and cells take; cells of unusual width do not widen it. Times lose a fraction that is nothing in all
// of them.
TextColumn measured(TextColumn column);

// What a line of them takes, without a gap at its end.
std::size_t width_of(const std::vector<TextColumn>& columns);

// Makes them fit `width`: takes from the widest, cuts texts, shortens times, never cuts a number; last it removes columns from the
// right, though not the one named `kept`, nor the message, nor the first. Returns how many it removed.
std::size_t fit_to_width(std::vector<TextColumn>& columns, std::size_t width, std::string_view kept);

}  // namespace logmill::query
