#include "logserve/loki/logql_lexer.h"

#include <algorithm>
#include <charconv>

#include "text/utf8.h"

namespace logmill::logserve {
namespace {

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_word_start(char c) { return is_word_char(c) && !(c >= '0' && c <= '9'); }

}  // namespace

char LogQlLexer::peek() {
  while (offset_ < text_.size()) {
    const char c = text_[offset_];
    if (c == '#')
      offset_ = std::min(text_.find('\n', offset_), text_.size());
    else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
      ++offset_;
    else
      return c;
  }
  return '\0';
}

bool LogQlLexer::at_end() {
  peek();
  return offset_ == text_.size();
}

bool LogQlLexer::next_is(std::string_view symbol) {
  peek();
  return text_.substr(offset_).starts_with(symbol);
}

bool LogQlLexer::take(std::string_view symbol) {
  if (!next_is(symbol)) return false;
  offset_ += symbol.size();
  return true;
}

std::string_view LogQlLexer::next_word() {
  if (!is_word_start(peek())) return {};
  std::size_t end = offset_;
  while (end < text_.size() && is_word_char(text_[end])) ++end;
  return text_.substr(offset_, end - offset_);
}

bool LogQlLexer::take_word(std::string_view word) {
  if (next_word() != word) return false;
  offset_ += word.size();
  return true;
}

std::string_view LogQlLexer::take_quantity() {
  const char first = peek();
  if (first < '0' || first > '9') return {};
  std::size_t end = offset_;
  while (end < text_.size() && (is_word_char(text_[end]) || text_[end] == '.')) ++end;
  const std::string_view quantity = text_.substr(offset_, end - offset_);
  offset_ = end;
  return quantity;
}

base::Result<std::string> LogQlLexer::take_string() {
  const char quote = peek();
  if (quote != '"' && quote != '`') return error("a quoted text is expected");
  std::string text;
  for (std::size_t i = offset_ + 1; i < text_.size(); ++i) {
    char c = text_[i];
    if (c == quote) {
      offset_ = i + 1;
      return text;
    }
    if (c != '\\' || quote == '`') {
      text += c;
      continue;
    }
    c = ++i < text_.size() ? text_[i] : '\0';
    switch (c) {
      case 'n': text += '\n'; break;
      case 't': text += '\t'; break;
      case 'r': text += '\r'; break;
      case 'a': text += '\a'; break;
      case 'b': text += '\b'; break;
      case 'f': text += '\f'; break;
      case 'v': text += '\v'; break;
      case '"':
      case '\'':
      case '\\': text += c; break;
      case 'x':
      case 'u':
      case 'U': {
        const std::size_t wanted = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        const std::string_view digits = text_.substr(std::min(i + 1, text_.size()), wanted);
        std::uint32_t code = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (digits.size() != wanted || parsed.ptr != digits.data() + wanted)
          return error("\\" + std::string(1, c) + " is followed by " + std::to_string(wanted) + " hexadecimal digits");
        if (c == 'x')
          text += static_cast<char>(code);
        else if (!text::append_utf8(text, code))
          return error("there is no such character");
        i += wanted;
        break;
      }
      default: return error("no such escape in a text; write it in `backquotes`");
    }
  }
  return error("this text has no end");
}

base::Error LogQlLexer::error(std::string_view what) {
  peek();
  return {base::ErrorCode::invalid, "LogQL: column " + std::to_string(offset_ + 1) + ": " + std::string(what)};
}

}  // namespace logmill::logserve
