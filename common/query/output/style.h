// Colour, and only harmless characters, on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace logmill::query {

enum class Paint { plain, faint, name, key, hit, good, note, bad, worst };

Paint paint_of_level(std::string_view level);

struct Style {
  bool color = false;
  bool terminal = false;

  void append(std::string& out, Paint paint, std::string_view content) const;
};

}  // namespace logmill::query
