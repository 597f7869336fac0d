// The id of a record that is stored: whence it came.
#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace logmill::record
