#include "logcollect/splitter.h"

#include <algorithm>
#include <cstring>

#include "record/fields.h"

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

std::size_t Splitter::fill(record::Batch& batch, std::string_view bytes, multiline::More more, bool& within_line) const {
  std::size_t at = 0;
  auto piece = next(bytes, more);
  if (!piece) return 0;
  const std::size_t raw = batch.column_index(record::kRaw);
  for (; piece && batch.rows() < record::Batch::kRowsMax; piece = next(bytes.substr(at), more)) {
    const std::size_t row = batch.add_row();
    batch.positions().push_back(static_cast<std::uint32_t>(at));
    batch.set(raw, row, record::Value::string(piece->raw));
    if (!piece->whole || within_line) batch.set(record::kCut, row, record::Value::boolean(true));
    at += piece->size;
    within_line = !piece->whole || bytes[at - 1] != '\n';
  }
  return at;
}

}  // namespace logmill::logcollect
