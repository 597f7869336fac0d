// The fixed first and last bytes of a segment file, and what stands between blocks and trailer.
//
//   segment = header block* [footer trailer | small_trailer]     the last only when sealed
//   header  = "LMSEGMNT" checksum:u64 version:u16 reserved:u16 flags:u32 created:i64       32 bytes
//             checksum is XXH3-64 of the 16 bytes after it
//   footer  = byte_stream(footer_raw_bytes) of section*           byte_stream.h
//   section = tag:u8 content:string
//   trailer = footer_offset:u64 footer_bytes:u32 footer_raw_bytes:u32 rows:u64 raw_bytes:u64
//   time_min:i64
//             time_max:i64 blocks:u32 version:u16 flags:u16 footer_checksum:u64 checksum:u64
//             "LMFOOTER" checksum is XXH3-64 of the 64 bytes before it                    80 bytes
//   small_trailer = blocks:u32 version:u16 flags:u16 checksum:u64 "LMSMALL\n"              24 bytes
//             checksum is XXH3-64 of the 8 bytes before it
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace logmill::store {

std::string make_segment_header(base::TimeNs created);
// Fails with corrupt, or with unsupported for a version or flags newer than ours.
base::Result<base::TimeNs> parse_segment_header(std::string_view bytes);

struct Trailer {
  std::uint64_t footer_offset = 0;
  std::uint32_t footer_bytes = 0;
  std::uint32_t footer_raw_bytes = 0;
  std::uint64_t rows = 0;
  std::uint64_t raw_bytes = 0;
  base::TimeNs time_min = 0, time_max = 0;
  std::uint32_t blocks = 0;
  std::uint64_t footer_checksum = 0;
};

std::string make_trailer(const Trailer& trailer);
base::Result<Trailer> parse_trailer(std::string_view bytes);

// Of a segment without footer; what is parsed is the number of its blocks.
std::string make_small_trailer(std::uint32_t blocks);
base::Result<std::uint32_t> parse_small_trailer(std::string_view bytes);

}  // namespace logmill::store
