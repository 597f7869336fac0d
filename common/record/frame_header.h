// The header that every frame begins with. Layout: docs/formats/frame.md.
//
// Here, and not in codec, because transport moves frames as well, as bytes that it does not look
// into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/range.h"

namespace logmill::record {

inline constexpr std::string_view kFrameMagic = "\x89lmf\r\n\x1a\n";
inline constexpr std::size_t kFrameHeaderBytes = 80;
inline constexpr std::uint8_t kFrameVersion = 1;
// A batch is 8 MiB of text and some; 64 MiB leaves room for its numbers and for one huge record,
// and is what a reader may be made to allocate.
inline constexpr std::uint32_t kFramePayloadMax = 64 << 20;
// Row numbers fit 16 bits.
inline constexpr std::uint32_t kFrameRecordsMax = 65'536;

enum class FrameType : std::uint8_t { data = 1, end = 2 };

// Of the payload. A number is never used again.
enum class FrameCodec : std::uint8_t { none = 0, zstd = 1 };

// An incompatible flag: the payload has no checksum.
inline constexpr std::uint16_t kFrameUnchecked = 1;

struct FrameHeader {
  FrameType type = FrameType::data;
  FrameCodec codec = FrameCodec::none;
  std::uint16_t flags_compatible = 0;
  std::uint16_t flags_incompatible = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t raw_bytes = 0;
  std::uint32_t records = 0;
  Range range;
  std::uint64_t payload_checksum = 0;

  std::size_t frame_bytes() const { return kFrameHeaderBytes + payload_bytes; }
};

// From the first kFrameHeaderBytes of `bytes`, which are there. Fails with corrupt (magic,
// checksum, bounds) or unsupported; then `header`, if its checksum held, still says how many bytes
// to skip, else payload_bytes is 0.
base::Status parse_frame_header(std::string_view bytes, FrameHeader& header);

bool frame_payload_intact(const FrameHeader& header, std::string_view payload);

// The header of what follows it, with checksums, to kFrameHeaderBytes at `to`. Sets payload_bytes and payload_checksum; raw_bytes too,
// unless there is a codec.
void store_frame_header(char* to, FrameHeader header, std::string_view payload);

// The same, then the payload.
void append_frame(std::string& out, FrameHeader header, std::string_view payload);

}  // namespace logmill::record
