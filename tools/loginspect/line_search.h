// The lines of a text that contain another one, byte for byte.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/needles.h"

namespace logmill::loginspect {

// Of a longer line only the front is searched and shown.
inline constexpr std::size_t kSearchedLineBytesMax = 16 << 20;

class LineSearch {
 public:
  // Calls `use` with each such line, without its newline, in order. `text` has at least one byte and
  // must outlive the search.
  LineSearch(std::string_view text, std::function<base::Status(std::string_view)> use);

  // Pieces of any size, side by side.
  base::Status add(std::string_view piece);
  // What was added up to here ends a line, be there a newline or not.
  base::Status end();

  std::string_view text() const { return text_; }

 private:
  std::size_t find(std::string_view lines, std::size_t from) const;
  base::Status search(std::string_view lines);
  void keep_open(std::string_view piece);

  const std::string_view text_;
  const std::function<base::Status(std::string_view)> use_;
  text::Needles needle_;   // ignores the case
  std::string open_line_;  // its front, so far
};

}  // namespace logmill::loginspect
