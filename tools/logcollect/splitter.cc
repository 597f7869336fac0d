#include "logcollect/splitter.h"

#include <algorithm>
#include <cstring>

namespace logmill::logcollect {

std::optional<Piece> Splitter::next(std::string_view bytes, Input input) const {
  if (bytes.empty()) return std::nullopt;
  const std::size_t reach = std::min(bytes.size(), bytes_max());
  if (const void* newline = std::memchr(bytes.data(), '\n', reach)) {
    const std::size_t length = static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
    return Piece{bytes.substr(0, length), length + 1};
  }
  if (bytes.size() > line_bytes_max_) return Piece{bytes.substr(0, line_bytes_max_), line_bytes_max_, false};
  if (input == Input::ended) return Piece{bytes, bytes.size()};
  return std::nullopt;
}

}  // namespace logmill::logcollect
