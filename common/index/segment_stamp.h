// What ties an index to the very bytes of its segment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::index {

struct SegmentStamp {
  std::string id;           // file name without folder and extension
  std::uint64_t bytes = 0;  // of the file
  std::uint64_t tail = 0;   // hash of its last bytes; those of a segment with a footer hold the checksums of the rest

  friend bool operator==(const SegmentStamp&, const SegmentStamp&) = default;
};

base::Result<SegmentStamp> stamp_segment(sys::FileSystem& fs, const std::string& segment_path);

// "…/x.seg" to "…/x.idx".
std::string index_path(std::string_view segment_path);

}  // namespace logmill::index
