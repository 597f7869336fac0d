#include "record/json_unescape.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace logmill::record {
namespace {

bool is_high_surrogate(unsigned unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

// Four hex digits at the front of `text`.
std::optional<unsigned> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (error != std::errc{} || end != text.data() + 4) return std::nullopt;
  return unit;
}

char* write_utf8(char* to, unsigned code) {
  const auto put = [&to](unsigned byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
  return to;
}

// What `\u` introduces; `rest` stands behind the u and is moved on. nullptr: no four digits.
char* write_unicode_escape(std::string_view& rest, char* to) {
  const auto unit = hex4(rest);
  if (!unit) return nullptr;
  rest.remove_prefix(4);
  if (*unit >= 0xdc80 && *unit <= 0xdcff) {
    *to = static_cast<char>(*unit & 0xff);
    return to + 1;
  }
  if (is_high_surrogate(*unit) && rest.starts_with("\\u")) {
    const auto low = hex4(rest.substr(2));
    if (low && is_low_surrogate(*low)) {
      rest.remove_prefix(6);
      return write_utf8(to, 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00));
    }
  }
  return write_utf8(to, *unit);
}

char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

}  // namespace

std::optional<std::size_t> unescape_json(std::string_view inside, char* to) {
  char* const start = to;
  while (!inside.empty()) {
    const std::size_t plain = std::min(inside.find('\\'), inside.size());
    if (std::memchr(inside.data(), '"', plain) != nullptr) return std::nullopt;
    std::memcpy(to, inside.data(), plain);
    to += plain;
    inside.remove_prefix(plain);
    if (inside.empty()) break;
    if (inside.size() < 2) return std::nullopt;
    const char escape = inside[1];
    inside.remove_prefix(2);
    if (escape == 'u') {
      to = write_unicode_escape(inside, to);
      if (to == nullptr) return std::nullopt;
      continue;
    }
    const char c = simple_escape(escape);
    if (c == 0) return std::nullopt;
    *to++ = c;
  }
  return static_cast<std::size_t>(to - start);
}

}  // namespace logmill::record
