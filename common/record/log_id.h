// The id of a record that is stored: whence it came.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/range.h"
#include "text/write_digits.h"

namespace logmill::record {

// "00112233445566778899aabbccddeeff-00000001-0000000000000011": stream, epoch, position. Ids of a stream sort as its records came.
inline constexpr std::size_t kLogIdBytes = 32 + 1 + 8 + 1 + 16;

// Exactly kLogIdBytes.
inline char* write_log_id(char* to, const StreamId& stream, std::uint32_t epoch, std::uint64_t position) {
  for (std::size_t half = 0; half < stream.size(); half += sizeof position) {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < sizeof bytes; ++i) bytes = bytes << 8 | stream[half + i];
    to = text::write_hex_64(to, bytes);
  }
  *to++ = '-';
  to = text::write_hex_32(to, epoch);
  *to++ = '-';
  return text::write_hex_64(to, position);
}

struct LogId {
  StreamId stream{};
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
};
// nullopt for any other text.
inline std::optional<LogId> parse_log_id(std::string_view text) {
  if (text.size() != kLogIdBytes) return std::nullopt;
  LogId id;
  for (std::size_t byte = 0; byte < id.stream.size(); ++byte) {
    unsigned value = 0;
    const char* const digits = text.data() + 2 * byte;
    if (const auto read = std::from_chars(digits, digits + 2, value, 16); read.ptr != digits + 2) return std::nullopt;
    id.stream[byte] = static_cast<std::uint8_t>(value);
  }
  const char *const epoch = text.data() + 33, *const position = text.data() + 42, *const end = text.data() + text.size();
  const auto epoch_end = std::from_chars(epoch, epoch + 8, id.epoch, 16), position_end = std::from_chars(position, end, id.position, 16);
  std::string written(kLogIdBytes, ' ');
  write_log_id(written.data(), id.stream, id.epoch, id.position);
  const bool good = epoch_end.ptr == epoch + 8 && position_end.ptr == end && written == text;
  return good ? std::optional(id) : std::nullopt;
}

}  // namespace logmill::record
