#include "logquery/live_screen.h"

#include <algorithm>
#include <vector>

namespace logmill::logquery {
namespace {

// ECMA-48: CUP, EL, ED; and xterm's autowrap mode.
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearRest = "\x1b[K";
constexpr std::string_view kClearBelow = "\x1b[J";
constexpr std::string_view kNoWrap = "\x1b[?7l";
constexpr std::string_view kWrap = "\x1b[?7h";
// The head, some numbers, the note, and where the prompt will be.
constexpr std::size_t kRowsMin = 4;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
    lines.push_back(text.substr(0, end));
  if (!text.empty()) lines.push_back(text);
  return lines;
}

}  // namespace

std::string drawn(std::string_view text, sys::TerminalSize size, Keep keep) {
  std::vector<std::string_view> lines = lines_of(text);
  std::string note;
  const std::size_t room = std::max(size.rows, kRowsMin) - 1;  // the last line is where the cursor stays
  if (size.rows > 0 && lines.size() > room) {
    const std::size_t hidden = lines.size() - room + 1;
    note = "… " + std::to_string(hidden) + (keep == Keep::first ? " more" : " earlier");
    const auto from = lines.begin() + (keep == Keep::first ? static_cast<std::ptrdiff_t>(room - 1) : 1);
    lines.insert(lines.erase(from, from + static_cast<std::ptrdiff_t>(hidden)), note);
  }
  std::string out(kHome);
  out += kNoWrap;
  for (const std::string_view line : lines) out.append(line).append(kClearRest).append("\n");
  return out.append(kWrap).append(kClearBelow);
}

base::Status LiveScreen::draw(std::string_view text) {
  const bool first = size_.rows == 0;
  size_ = sys::terminal_size(out_);
  // What is on the screen goes where it can be scrolled back to.
  std::string out = first ? std::string(size_.rows, '\n') : std::string{};
  out += drawn(text.empty() ? "nothing yet\n" : text, size_, keep_);
  return sys::write_all(out_, out);
}

bool LiveScreen::resized() const {
  const sys::TerminalSize now = sys::terminal_size(out_);
  return now.rows != size_.rows || now.columns != size_.columns;
}

}  // namespace logmill::logquery
