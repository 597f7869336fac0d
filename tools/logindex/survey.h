// Which segments of a store have an index, and what state it is in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::logindex {

enum class State {
  indexed,
  missing,
  stale,    // made for other bytes than the segment has now
  damaged,  // or of a newer version
};
std::string_view state_name(State state);

struct SegmentIndex {
  std::string name;  // partition/id
  std::string path;  // of the segment
  State state = State::missing;
  std::string problem;  // why it is stale or damaged
  std::uint64_t data_bytes = 0, index_bytes = 0;
  std::uint64_t blocks = 0;  // that the index covers
};

enum class Depth {
  headers,  // as a query opens it
  all,      // every checksum
};

// Looks at the index beside the segment at `path`. Fails if the segment itself cannot be read.
base::Result<SegmentIndex> inspect_segment(sys::FileSystem& fs, const std::string& path, Depth depth);

struct Survey {
  std::vector<SegmentIndex> segments;  // sealed ones, oldest first
  std::vector<std::string> orphans;    // paths of indexes without a segment, and of unfinished ones
};

// A segment that is deleted meanwhile is left out.
base::Result<Survey> survey_store(sys::FileSystem& fs, const std::string& store, Depth depth);

}  // namespace logmill::logindex
