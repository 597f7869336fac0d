#include "codec/snappy_block.h"

#include <snappy.h>

namespace logmill::codec {

base::Result<std::string> inflate_snappy(std::string_view block, std::uint64_t bytes_max) {
  std::size_t bytes = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &bytes))
    return base::Error{base::ErrorCode::invalid, "is no block of snappy"};
  if (bytes > bytes_max) return base::Error{base::ErrorCode::too_large, "is too long once it is decompressed"};
  // The length is only what the block says: few bytes must not make much memory.
  if (!snappy::IsValidCompressedBuffer(block.data(), block.size())) return base::Error{base::ErrorCode::invalid, "is no block of snappy"};
  std::string text(bytes, '\0');
  if (!snappy::RawUncompress(block.data(), block.size(), text.data()))
    return base::Error{base::ErrorCode::invalid, "is no block of snappy"};
  return text;
}

}  // namespace logmill::codec
