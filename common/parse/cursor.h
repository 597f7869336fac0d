// Walks along a line and remembers where it is, so that a mismatch can name its column.
#pragma once

#include <cstddef>
#include <string_view>

#include "parse/parser.h"

namespace logmill::parse {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }

inline bool is_number(std::string_view text) {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return !text.empty();
}

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

class Cursor {
 public:
  explicit Cursor(std::string_view line, std::size_t taken = 0) : line_(line), rest_(line.substr(taken)) {}

  bool at_end() const { return rest_.empty(); }
  // '\0' at the end.
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }
  void skip(std::size_t bytes) { rest_.remove_prefix(bytes); }
  // Goes on where a function that took a prefix off `rest()` stopped.
  void continue_at(std::string_view rest) { rest_ = rest; }

  bool take(char c) {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void skip_spaces() {
    while (peek() == ' ') rest_.remove_prefix(1);
  }
  // What stands before the next `c`, which is passed over; false (nothing taken) when there is
  // none.
  bool take_until(char c, std::string_view& text) {
    const std::size_t end = rest_.find(c);
    if (end == std::string_view::npos) return false;
    text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }
  // Up to the next space, which stays, or to the end.
  std::string_view take_word() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::string_view take_digits() {
    std::size_t size = 0;
    while (size < rest_.size() && is_digit(rest_[size])) ++size;
    const std::string_view digits = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return digits;
  }

  Outcome mismatch(std::string_view expected) const { return {line_.size() - rest_.size() + 1, expected}; }

 private:
  std::string_view line_;
  std::string_view rest_;
};

}  // namespace logmill::parse
