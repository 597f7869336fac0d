// Bytes to compressed streams, piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "codec/format.h"

namespace logmill::codec {

class Deflater {
 public:
  virtual ~Deflater() = default;
  // Appends to `out` what is ready.
  virtual void append(std::string_view bytes, std::string& out) = 0;
  // Appends the rest. The next `append` begins another stream, which may follow in the same file.
  virtual void finish(std::string& out) = 0;
};

// For gzip and zstd; nullptr for others.
std::unique_ptr<Deflater> make_deflater(Container container);

}  // namespace logmill::codec
