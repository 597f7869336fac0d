#include "text/json_writer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/bytes.h"
#include "text/civil_text.h"
#include "text/digits.h"
#include "text/time.h"
#include "text/utf8.h"

namespace logmill::text {
namespace {

constexpr std::uint64_t repeat(unsigned char byte) { return 0x0101010101010101U * byte; }

// The high bit of each byte that is zero. Bytes above the lowest such byte may be marked wrongly.
constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - repeat(0x01)) & ~word & repeat(0x80); }

// Marks bytes that are not written as they are, and those that need a look: control characters,
// DEL, quote, backslash, everything beyond ASCII. The lowest mark is exact.
constexpr std::uint64_t special_bytes(std::uint64_t word) {
  const std::uint64_t control = (word - repeat(0x20)) & ~word;
  return (control | zero_bytes(word ^ repeat('"')) | zero_bytes(word ^ repeat('\\')) | zero_bytes(word ^ repeat(0x7f)) | word) &
         repeat(0x80);
}

bool is_special(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\';
}

// Length of the front of `bytes` that can be copied without a look.
std::size_t plain_prefix(std::string_view bytes) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::size_t at = 0;
  if (bytes.size() < kWord) {
    while (at < bytes.size() && !is_special(bytes[at])) ++at;
    return at;
  }
  // The last word goes over what the one before showed to be plain.
  for (const std::size_t last = bytes.size() - kWord;; at = std::min(at + kWord, last)) {
    const std::uint64_t marks = special_bytes(base::load_le<std::uint64_t>(bytes.data() + at));
    if (marks != 0) return at + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    if (at == last) return bytes.size();
  }
}

void append_code_escape(std::string& out, std::uint32_t code) {
  out.append("\\u");
  append_hex_byte(out, static_cast<unsigned char>(code >> 8));
  append_hex_byte(out, static_cast<unsigned char>(code));
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out.append("\\\""); return;
    case '\\': out.append("\\\\"); return;
    case '\n': out.append("\\n"); return;
    case '\r': out.append("\\r"); return;
    case '\t': out.append("\\t"); return;
    case '\b': out.append("\\b"); return;
    case '\f': out.append("\\f"); return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return append_byte_escape(out, byte);
  append_code_escape(out, byte);
}

// Copies or escapes one special character and returns how many bytes it had.
std::size_t append_special(std::string& out, std::string_view bytes) {
  const bool ascii = static_cast<unsigned char>(bytes.front()) < 0x80;
  const std::size_t size = ascii ? 0 : utf8_sequence_size(bytes);
  if (size == 0) {
    append_escape(out, bytes.front());
    return 1;
  }
  if (commands_terminal(bytes.substr(0, size)))
    append_code_escape(out, utf8_code_point(bytes.substr(0, size)));
  else
    out.append(bytes.substr(0, size));
  return size;
}

}  // namespace

void append_json_string(std::string& out, std::string_view bytes) {
  out.push_back('"');
  while (true) {
    const std::size_t plain = plain_prefix(bytes);
    out.append(bytes.data(), plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    bytes.remove_prefix(append_special(out, bytes));
  }
  out.push_back('"');
}

void append_byte_escape(std::string& out, unsigned char byte) {
  out.append("\\udc");
  append_hex_byte(out, byte);
}

void append_integer(std::string& out, std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_decimal(std::string& out, std::int64_t mantissa, unsigned scale) {
  const bool negative = mantissa < 0;
  // In unsigned arithmetic, because the smallest integer has no positive twin.
  const auto magnitude = static_cast<std::uint64_t>(mantissa);
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, negative ? 0 - magnitude : magnitude).ptr;
  const std::string_view all(digits, static_cast<std::size_t>(end - digits));
  if (negative) out.push_back('-');
  if (all.size() > scale) {
    out.append(all.substr(0, all.size() - scale));
  } else {
    out.push_back('0');
  }
  if (scale == 0) return;
  out.push_back('.');
  if (all.size() < scale) out.append(scale - all.size(), '0');
  out.append(all.size() > scale ? all.substr(all.size() - scale) : all);
}

void append_real(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append("null");
    return;
  }
  char digits[32];  // the shortest form of a double has at most 24 characters
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_time_utc(std::string& out, base::TimeNs time) {
  const CivilTime civil = civil_from_ns(time);
  char text[] = "0000-00-00T00:00:00.000000000Z";
  write_date_and_clock(text, civil);
  std::size_t size = 19;  // up to the seconds
  if (civil.nanosecond != 0) {
    unsigned fraction = civil.nanosecond;
    for (char* digit = text + 28; digit > text + 19; --digit, fraction /= 10) *digit = static_cast<char>('0' + fraction % 10);
    size = civil.nanosecond % 1'000'000 == 0 ? 23 : civil.nanosecond % 1'000 == 0 ? 26 : 29;
  }
  text[size++] = 'Z';
  out.append(text, size);
}

}  // namespace logmill::text
