// Which segments of a store, or which files, have an index, and what state it is in.
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
  grown,    // a file: what came since is not indexed
  renamed,  // a file: its sidecar has the name that the file had before
  stale,    // made for other bytes than the segment has now
  damaged,  // or of a newer version
};
std::string_view state_name(State state);

struct SegmentIndex {
  std::string name;   // partition/id; of a file the path
  std::string path;   // of the segment or file
  std::string index;  // path of the sidecar
  bool is_file = false;
  std::uint64_t file_bytes = 0;  // of the file when it was indexed
  State state = State::missing;
  std::string problem;                            // why it is stale or damaged
  std::uint64_t data_bytes = 0, index_bytes = 0;  // of a file: the text that is indexed
  std::uint64_t blocks = 0;                       // or spans, that the index covers
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
