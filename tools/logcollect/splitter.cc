#include "logcollect/splitter.h"

#include <algorithm>
#include <cstring>

namespace logmill::logcollect {

std::optional<Piece> Splitter::next(std::string_view bytes, multiline::More more) const {
  if (bytes.empty()) return std::nullopt;
  if (joiner_) {
    multiline::Joiner::Progress progress;
    const auto event = joiner_->next(bytes, more, line_bytes_max_, progress);
    return event ? std::optional(Piece{event->text, event->size, event->whole}) : std::nullopt;
  }
  const std::size_t reach = std::min(bytes.size(), bytes_max());
  if (const void* newline = std::memchr(bytes.data(), '\n', reach)) {
    const std::size_t length = static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
    return Piece{bytes.substr(0, length), length + 1};
  }
  if (bytes.size() > line_bytes_max_) return Piece{bytes.substr(0, line_bytes_max_), line_bytes_max_, false};
  if (more == multiline::More::none) return Piece{bytes, bytes.size()};
  return std::nullopt;
}

}  // namespace logmill::logcollect
