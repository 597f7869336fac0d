#include "parse/quoted.h"

#include <cstdint>
#include <cstring>

#include "base/hex.h"

namespace logmill::parse {
namespace {

// The value of four hex digits, or -1.
int hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  int value = 0;
  for (const char c : text.substr(0, 4)) {
    const int digit = base::hex_digit(c);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

// Never longer than the escape it came from.
char* put_utf8(char* to, unsigned code) {
  if (code < 0x80) {
    *to++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *to++ = static_cast<char>(0xc0 | (code >> 6));
    *to++ = static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *to++ = static_cast<char>(0xe0 | (code >> 12));
    *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *to++ = static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *to++ = static_cast<char>(0xf0 | (code >> 18));
    *to++ = static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *to++ = static_cast<char>(0x80 | (code & 0x3f));
  }
  return to;
}

bool is_high_surrogate(int unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(int unit) { return unit >= 0xdc00 && unit < 0xe000; }

// `text` starts behind "\u". Returns the bytes of `text` used: 4, 10 for a surrogate pair, or 0 if
// it is no such escape.
std::size_t put_unicode(std::string_view text, char*& to) {
  const int unit = hex4(text);
  if (unit < 0 || is_low_surrogate(unit)) return 0;
  if (!is_high_surrogate(unit)) {
    to = put_utf8(to, static_cast<unsigned>(unit));
    return 4;
  }
  if (!text.substr(4).starts_with("\\u")) return 0;
  const int second = hex4(text.substr(6));
  if (!is_low_surrogate(second)) return 0;
  to = put_utf8(to, 0x10000 + ((static_cast<unsigned>(unit) - 0xd800) << 10) + (static_cast<unsigned>(second) - 0xdc00));
  return 10;
}

// What a one-letter escape stands for; '\0' if it is none.
char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/': return letter;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

}  // namespace

bool take_quoted(Cursor& cursor, std::string_view& inside) {
  const std::string_view text = cursor.rest();
  if (text.empty() || text.front() != '"') return false;
  std::size_t at = 1;
  while (at < text.size()) {
    // Most strings hold no backslash: find the quote first, then look at what stands before it.
    const auto* quote = static_cast<const char*>(std::memchr(text.data() + at, '"', text.size() - at));
    if (quote == nullptr) return false;
    const auto end = static_cast<std::size_t>(quote - text.data());
    std::size_t backslashes = 0;
    while (text[end - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) {
      inside = text.substr(1, end - 1);
      cursor.skip(end + 1);
      return true;
    }
    at = end + 1;
  }
  return false;
}

std::string_view unescape(std::string_view inside, record::RowWriter& row) {
  if (inside.find('\\') == std::string_view::npos) return inside;
  base::Arena& arena = row.batch().arena();
  char* const start = arena.allocate(inside.size());
  char* to = start;
  for (std::size_t i = 0; i < inside.size();) {
    const char c = inside[i++];
    if (c != '\\' || i == inside.size()) {
      *to++ = c;
      continue;
    }
    if (const char simple = simple_escape(inside[i])) {
      *to++ = simple;
      ++i;
    } else if (const std::size_t used = inside[i] == 'u' ? put_unicode(inside.substr(i + 1), to) : 0) {
      i += 1 + used;
    } else {
      *to++ = c;
    }
  }
  const auto size = static_cast<std::size_t>(to - start);
  arena.give_back(inside.size() - size);
  return {start, size};
}

}  // namespace logmill::parse
