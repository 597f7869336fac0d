#include "text/utf8.h"

#include "base/bytes.h"
#include "text/digits.h"

namespace logmill::text {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool in_range(char c, unsigned low, unsigned high) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= low && byte <= high;
}

}  // namespace

std::size_t utf8_sequence_size(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return bytes.size() >= 2 && is_continuation(bytes[1]) ? 2 : 0;
  if (lead < 0xf0) {
    // E0 would be overlong below A0; ED would be a surrogate above 9F.
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80, high = lead == 0xed ? 0x9f : 0xbf;
    const bool valid = bytes.size() >= 3 && in_range(bytes[1], low, high) && is_continuation(bytes[2]);
    return valid ? 3 : 0;
  }
  // F0 would be overlong below 90; F4 would be beyond U+10FFFF above 8F.
  const unsigned low = lead == 0xf0 ? 0x90 : 0x80, high = lead == 0xf4 ? 0x8f : 0xbf;
  const bool valid = bytes.size() >= 4 && in_range(bytes[1], low, high) && is_continuation(bytes[2]) && is_continuation(bytes[3]);
  return valid ? 4 : 0;
}

std::size_t valid_utf8_prefix(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (at + 8 <= bytes.size() && (base::load_le<std::uint64_t>(bytes.data() + at) & kHighBits) == 0) {
      at += 8;
      continue;
    }
    const std::size_t size = utf8_sequence_size(bytes.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return at;
}

bool append_utf8(std::string& out, std::uint32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  const std::uint32_t mark = more == 0 ? 0 : 0xff00 >> (more + 1);  // 110, 1110 or 11110 in front
  out.push_back(static_cast<char>((mark & 0xff) | (code >> (6 * more))));
  for (int i = more - 1; i >= 0; --i) out.push_back(static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3f)));
  return true;
}

std::uint32_t utf8_code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  // Two, three or four bytes leave five, four or three bits in the first.
  std::uint32_t code = character.size() == 1 ? lead : lead & (0xffU >> (character.size() + 1));
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  return code;
}

bool commands_terminal(std::string_view character) {
  const std::uint32_t code = utf8_code_point(character);
  if (code < 0xa0) return (code < 0x20 && code != '\t') || code >= 0x7f;
  // Embeddings, overrides and isolates of direction (Unicode 15, UAX 9, 2.1 to 2.6).
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void append_escaped_for_terminal(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = utf8_sequence_size(bytes);
    const std::string_view character = bytes.substr(0, size == 0 ? 1 : size);
    bytes.remove_prefix(character.size());
    if (size != 0 && !commands_terminal(character)) {
      out.append(character);
      continue;
    }
    for (const char c : character) {
      out.append("\\x");
      append_hex_byte(out, static_cast<unsigned char>(c));
    }
  }
}

void append_lines_escaped_for_terminal(std::string& out, std::string_view bytes) {
  for (std::size_t end; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
    append_escaped_for_terminal(out, bytes.substr(0, end));
    out.push_back('\n');
  }
  append_escaped_for_terminal(out, bytes);
}

}  // namespace logmill::text
