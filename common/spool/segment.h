// One segment of a spool, read. docs/formats/spool.md.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/frame_header.h"
#include "store/frontier_table.h"
#include "sys/file_system.h"

namespace logmill::spool {

// Between two frames of a spool.
struct Place {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

std::string segment_path(const std::string& dir, std::uint64_t number);
// In ascending order; none if there is no such folder.
base::Result<std::vector<std::uint64_t>> list_segments(sys::FileSystem& fs, const std::string& dir);

struct RawFrame {
  record::FrameHeader header;
  std::string bytes;  // with the header
};
// The frame at `offset`; nullopt at the end of the file. Fails with corrupt if what is there is no whole, valid frame.
base::Result<std::optional<RawFrame>> read_frame(const sys::File& file, std::uint64_t offset);

// What a segment holds, up to its first frame that is not valid.
struct SegmentContent {
  std::uint64_t bytes = 0;  // that are valid
  store::FrontierTable frontiers;
  std::optional<Place> acknowledged;
};
// Fails with corrupt if the head is not valid.
base::Result<SegmentContent> read_segment(const sys::File& file, std::uint64_t number);

void append_head(std::string& out, std::uint64_t number, const store::FrontierTable& frontiers);
void append_acknowledged(std::string& out, const Place& place);

}  // namespace logmill::spool
