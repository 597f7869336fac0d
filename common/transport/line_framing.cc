#include "transport/line_framing.h"

#include <algorithm>

namespace logmill::transport {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::size_t kCountDigitsMax = 7;
constexpr std::size_t kPriorityDigitsMax = 3;

std::size_t digits_at(std::string_view text, std::size_t from, std::size_t max) {
  std::size_t count = 0;
  while (count < max && from + count < text.size() && is_digit(text[from + count])) ++count;
  return count;
}

}  // namespace

LineFraming::Count LineFraming::read_count() const {
  using Is = Count::Is;
  const std::string_view text = rest();
  const Is unknown = finished_ ? Is::no : Is::perhaps;
  if (text.empty()) return {unknown};
  if (text[0] == '0') return {Is::no};
  const std::size_t digits = digits_at(text, 0, kCountDigitsMax);
  std::size_t at = digits;
  for (const char expected : {' ', '<'}) {
    if (digits == 0) return {Is::no};
    if (at == text.size()) return {unknown};
    if (text[at++] != expected) return {Is::no};
  }
  const std::size_t priority = digits_at(text, at, kPriorityDigitsMax);
  if (at + priority == text.size()) return {unknown};
  if (priority == 0 || text[at + priority] != '>') return {Is::no};
  std::size_t message_bytes = 0;
  for (const char digit : text.substr(0, digits)) message_bytes = message_bytes * 10 + static_cast<std::size_t>(digit - '0');
  return {Is::yes, digits + 1, message_bytes};
}

std::optional<LineFraming::Line> LineFraming::next() {
  drop_used();
  if (mode_ == Mode::undecided) {
    const Count count = read_count();
    if (count.is == Count::Is::perhaps) return std::nullopt;
    mode_ = count.is == Count::Is::yes ? Mode::counted : Mode::lines;
  }
  return mode_ == Mode::counted ? next_counted() : next_line();
}

std::optional<LineFraming::Line> LineFraming::next_counted() {
  // Some senders put a line end after the message without counting it.
  while (skip_ == 0 && start_ < buffer_.size() && (buffer_[start_] == '\n' || buffer_[start_] == '\r')) ++start_;
  if (rest().empty()) return std::nullopt;
  const Count count = read_count();
  if (count.is == Count::Is::perhaps) return std::nullopt;
  if (count.is == Count::Is::no) {
    ++framing_errors_;
    mode_ = Mode::lines;
    return next_line();
  }
  const std::size_t wanted = std::min(count.message_bytes, line_bytes_max_);
  const std::size_t there = rest().size() - count.head_bytes;
  if (there < wanted && !finished_) return std::nullopt;
  start_ += count.head_bytes;
  const std::size_t taken = std::min(wanted, there);
  skip_ = count.message_bytes - taken;
  return take(taken, 0, skip_ > 0);
}

std::optional<LineFraming::Line> LineFraming::next_line() {
  while (true) {
    const std::string_view text = rest();
    const std::size_t end = text.substr(0, line_bytes_max_ + 1).find('\n');
    if (end == 0 || (end == 1 && text[0] == '\r')) {  // an empty line, or the end of one that was handed over in pieces
      start_ += end + 1;
      within_line_ = false;
      continue;
    }
    if (end != text.npos) {
      const bool cut = within_line_;
      within_line_ = false;
      return take(end, 1, cut);
    }
    if (text.size() > line_bytes_max_) {
      within_line_ = true;
      return take(line_bytes_max_, 0, true);
    }
    if (!finished_ || text.empty()) return std::nullopt;
    return take(text.size(), 0, within_line_);
  }
}

// The next `bytes` are the line, `skipped` ones after it its end.
LineFraming::Line LineFraming::take(std::size_t bytes, std::size_t skipped, bool cut) {
  std::string_view line = rest().substr(0, bytes);
  start_ += bytes + skipped;
  if (!cut || skipped > 0)
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == '\0')) line.remove_suffix(1);
  return {line, cut};
}

void LineFraming::drop_used() {
  const std::size_t skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, rest().size()));
  start_ += skipped;
  skip_ -= skipped;
  // Moving the rest costs as much as what was handed over: linear over all.
  if (start_ == buffer_.size() || start_ > buffer_.size() / 2) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
}

}  // namespace logmill::transport
