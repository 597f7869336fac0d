// Bytes of which the reader need not know where they come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace logmill::codec {

class ByteFeed {
 public:
  virtual ~ByteFeed() = default;
  // Fills `to` from its front; 0 at the end.
  virtual base::Result<std::size_t> read(std::span<char> to) = 0;
  // What it took to give them.
  virtual std::uint64_t bytes_in() const = 0;
};

}  // namespace logmill::codec
