#include "logquery/screen.h"

#include <algorithm>

#include "sys/fd.h"
#include "text/display_width.h"

namespace logmill::logquery {

std::size_t lines_on_terminal(std::string_view text, std::size_t columns) {
  std::size_t lines = 0, width = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\x1b"), text.size());
    width += text::display_width(text.substr(0, end));
    text.remove_prefix(end);
    if (text.empty()) break;
    if (text.front() == '\n') {
      lines += 1 + (width > 0 ? (width - 1) / std::max<std::size_t>(columns, 1) : 0);
      width = 0;
      text.remove_prefix(1);
    } else {
      text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
    }
  }
  return lines;
}

bool Screen::fits() const {
  const sys::TerminalSize size = sys::terminal_size(out_);
  // The prompt takes a line, too.
  return size.rows > 0 && lines_on_terminal(held_, size.columns) < size.rows;
}

base::Status Screen::write(std::string_view bytes) {
  if (into_) {
    *into_ += bytes;
    return {};
  }
  if (pager_) return sys::write_all(pager_->input(), bytes);
  if (command_.empty()) return sys::write_all(out_, bytes);
  held_ += bytes;
  if (fits()) return {};
  LOGMILL_ASSIGN_OR_RETURN(auto pager, sys::Pager::start(command_));
  pager_.emplace(std::move(pager));
  return finish();
}

base::Status Screen::finish() {
  const std::string held = std::move(held_);
  held_.clear();
  return held.empty() ? base::Status{} : sys::write_all(pager_ ? pager_->input() : out_, held);
}

}  // namespace logmill::logquery
