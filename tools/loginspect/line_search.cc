#include "loginspect/line_search.h"
#include "text/last_line_end.h"

#include <algorithm>

namespace logmill::loginspect {

LineSearch::LineSearch(std::string_view text, std::function<base::Status(std::string_view)> use) : text_(text), use_(std::move(use)) {
  needle_.add(text);
}

base::Status LineSearch::add(std::string_view piece) {
  if (!open_line_.empty()) {
    const std::size_t end = piece.find('\n');
    keep_open(piece.substr(0, end));
    if (end == piece.npos) return {};
    LOGMILL_RETURN_IF_ERROR(this->end());
    piece.remove_prefix(end + 1);
  }
  const std::size_t whole = text::last_line_end(piece) + 1;  // npos + 1 is 0
  LOGMILL_RETURN_IF_ERROR(search(piece.substr(0, whole)));
  keep_open(piece.substr(whole));
  return {};
}

base::Status LineSearch::end() {
  if (find(open_line_, 0) != open_line_.npos) LOGMILL_RETURN_IF_ERROR(use_(open_line_));
  open_line_.clear();
  return {};
}

void LineSearch::keep_open(std::string_view piece) {
  open_line_.append(piece.substr(0, kSearchedLineBytesMax - std::min(kSearchedLineBytesMax, open_line_.size())));
}

// Whole lines, each with its newline.
base::Status LineSearch::search(std::string_view lines) {
  std::size_t hit;
  while ((hit = find(lines, 0)) != lines.npos) {
    const std::size_t begin = text::last_line_end(lines.substr(0, hit)) + 1;
    const std::size_t end = lines.find('\n', hit);
    // A text with a newline stands in no line.
    if (hit + text_.size() <= end) LOGMILL_RETURN_IF_ERROR(use_(lines.substr(begin, end - begin)));
    lines.remove_prefix(end + 1);
  }
  return {};
}

std::size_t LineSearch::find(std::string_view lines, std::size_t from) const {
  std::size_t hit = needle_.find(lines, from);
  while (hit != lines.npos && lines.substr(hit, text_.size()) != text_) hit = needle_.find(lines, hit + 1);
  return hit;
}

}  // namespace logmill::loginspect
