// Which lines of a text are worth decoding. Who looks for something rare knows by the bytes alone
// that most lines do not matter.
#pragma once

#include <string>
#include <string_view>

namespace logmill::codec {

// Immutable: may be used from several threads.
class LineSieve {
 public:
  virtual ~LineSieve() = default;
  // Appends to `kept` those of `lines`, which are whole, that may matter.
  virtual void sift(std::string_view lines, std::string& kept) const = 0;
};

}  // namespace logmill::codec
