#include "text/utf8.h"

#include <cstdint>

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

// What a terminal may not be shown as it is: C0 controls but tab, DEL, and the C1 controls U+0080
// to U+009F.
bool is_control(std::string_view character) {
  if (character.size() == 1) {
    const char c = character.front();
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  }
  return character.size() == 2 && character[0] == '\xc2' && in_range(character[1], 0x80, 0x9f);
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

void append_escaped_for_terminal(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = utf8_sequence_size(bytes);
    const std::string_view character = bytes.substr(0, size == 0 ? 1 : size);
    bytes.remove_prefix(character.size());
    if (size != 0 && !is_control(character)) {
      out.append(character);
      continue;
    }
    for (const char c : character) {
      out.append("\\x");
      append_hex_byte(out, static_cast<unsigned char>(c));
    }
  }
}

}  // namespace logmill::text
