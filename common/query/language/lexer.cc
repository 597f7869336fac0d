#include "query/language/lexer.h"

#include <algorithm>

#include "base/hex.h"
#include "query/language/syntax_error.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

// A character that a name or an unquoted word cannot hold, given the one that follows it.
bool ends_name(char c, char next) {
  switch (c) {
    case ':':
    case '=':
    case '<':
    case '>':
    case '~':
    case '"': return true;
    case '!': return next == '=' || next == '~';
    case '?': return is_delimiter(next) || next == '"';
    default: return is_delimiter(c);
  }
}

}  // namespace

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_delimiter(char c) { return c == '\0' || is_space(c) || c == '(' || c == ')' || c == '|' || c == ','; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return text::lower_ascii(x) == text::lower_ascii(y); });
}

void Lexer::skip_space() {
  while (offset_ < text_.size() && is_space(text_[offset_])) ++offset_;
}

bool Lexer::at_end() {
  skip_space();
  return offset_ >= text_.size();
}

char Lexer::peek() {
  skip_space();
  return at(0);
}

bool Lexer::take(std::string_view symbol) {
  skip_space();
  if (!text_.substr(offset_).starts_with(symbol)) return false;
  offset_ += symbol.size();
  return true;
}

bool Lexer::next_is_keyword(std::string_view word) {
  skip_space();
  const std::string_view rest = text_.substr(offset_);
  if (!equals_ignoring_case(rest.substr(0, word.size()), word)) return false;
  return rest.size() == word.size() || is_delimiter(rest[word.size()]) || rest[word.size()] == '"';
}

bool Lexer::take_keyword(std::string_view word) {
  if (!next_is_keyword(word)) return false;
  offset_ += word.size();
  return true;
}

bool Lexer::next_is_quote() {
  const char c = peek();
  return c == '"' || c == '\'';
}

base::Result<std::string> Lexer::take_quoted() {
  const std::size_t start = offset_;
  const char quote = text_[offset_++];
  std::string out;
  while (offset_ < text_.size()) {
    const char c = text_[offset_++];
    if (c == quote) return out;
    if (c != '\\' || offset_ == text_.size()) {
      out.push_back(c);
      continue;
    }
    const char escaped = text_[offset_++];
    const int high = base::hex_digit(at(0)), low = base::hex_digit(at(1));
    switch (escaped) {
      case 'n': out.push_back('\n'); break;
      case 't': out.push_back('\t'); break;
      case 'r': out.push_back('\r'); break;
      case '"':
      case '\'':
      case '\\': out.push_back(escaped); break;
      case 'x':
        if (high >= 0 && low >= 0) {
          out.push_back(static_cast<char>(high * 16 + low));
          offset_ += 2;
          break;
        }
        [[fallthrough]];
      default: out.push_back('\\'); out.push_back(escaped);
    }
  }
  return error_at(start, "this quote is not closed");
}

std::string_view Lexer::take_name() {
  const std::size_t start = offset_;
  while (offset_ < text_.size() && !ends_name(at(0), at(1))) ++offset_;
  return text_.substr(start, offset_ - start);
}

std::string_view Lexer::take_value() {
  const std::size_t start = offset_;
  while (offset_ < text_.size() && !is_delimiter(at(0)) && at(0) != '"') ++offset_;
  return text_.substr(start, offset_ - start);
}

std::optional<Lexer::Regex> Lexer::take_regex() {
  if (at(0) != '/') return std::nullopt;
  Regex regex;
  const std::size_t left = text_.size() - offset_;  // a NUL may stand in it
  for (std::size_t i = 1; i < left; ++i) {
    const char c = at(i);
    if (c == '\\' && i + 1 < left) {
      if (at(i + 1) != '/') regex.pattern.push_back(c);
      regex.pattern.push_back(at(++i));
    } else if (c != '/') {
      regex.pattern.push_back(c);
    } else {
      regex.ignore_case = at(i + 1) == 'i';
      const std::size_t end = i + 1 + regex.ignore_case;
      if (is_delimiter(at(end))) {
        offset_ += end;
        return regex;
      }
      regex.pattern.push_back(c);
    }
  }
  return std::nullopt;
}

base::Error Lexer::error_at(std::size_t offset, std::string_view what) const { return syntax_error(text_, offset, what); }

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace logmill::query
