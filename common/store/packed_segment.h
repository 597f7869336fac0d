// A sealed segment of a few records, in few bytes: where the fixed parts of the layout would be most of it. What its block says twice, or
// can be found out from its chunks, is left out, and made again when the file is opened: nothing but `open_segment_bytes` knows of this
// form.
//
//   packed           = "LP" version:u8 checksum:u32 rows:varint raw_bytes:varint packed_directory chunk*
//                      checksum: the lower half of the XXH3-64 of all other bytes
//   packed_directory = ranges:varint range* columns:varint packed_column*
//                      no ranges: one, of no stream, that is 0 to 0 and has all rows
//   packed_column    = encoding:u8 [present:varint name:string kinds:u8 zone] [bytes:varint]
//                      of what follows timestamp and level, which end where they do; the last has no bytes, what is left is its
//
// It stands for `header block small_trailer` (segment_header.h), created when its id was made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

bool is_packed(std::string_view bytes);

// Of a whole segment; nullopt if it has not just one block and a small trailer, or says something that the packed form cannot.
std::optional<std::string> pack_segment(std::string_view segment);

// What was packed, but for the time in its header, which is `created`. Fails with corrupt, or with unsupported for a newer version.
base::Result<std::string> unpack_segment(std::string_view packed, base::TimeNs created);

// A segment to be read. `file` has the layout of one that is not packed; info() of it, too, has the size of that.
struct SegmentBytes {
  std::unique_ptr<sys::File> file;
  std::uint64_t bytes_on_disk = 0;
  bool packed = false;
};
// Fails as open does, or with corrupt if it is packed and damaged: nothing of it can be read then.
base::Result<SegmentBytes> open_segment_bytes(sys::FileSystem& fs, const std::string& path);

}  // namespace logmill::store
