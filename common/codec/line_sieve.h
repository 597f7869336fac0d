// Which lines of a text are worth decoding. Who looks for something rare knows by the bytes alone
// that most lines do not matter.
#pragma once

#include <cstddef>
#include <string_view>

namespace logmill::codec {

// Immutable: may be used from several threads.
class LineSieve {
 public:
  virtual ~LineSieve() = default;
  // A byte of the first line, from the one that `from` stands in, that may matter; npos if there is
  // none. `lines` are whole lines.
  virtual std::size_t find(std::string_view lines, std::size_t from) const = 0;
  // A closer look at a line that `find` found, without its newline. False: it cannot matter.
  virtual bool keeps(std::string_view line) const = 0;
};

}  // namespace logmill::codec
