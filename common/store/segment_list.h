// Which segments a store has.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

struct SegmentFile {
  std::string path;
  bool sealed;
};

// Oldest first, each record in one of them. A segment that is live and sealed at once (a writer was
// killed between the two steps) is listed as sealed: that file is complete, or it would not have
// its name. One that a rewritten segment stands for is not listed.
base::Result<std::vector<SegmentFile>> list_segment_files(sys::FileSystem& fs, const std::string& store);

// The times that a segment's records have; none: it has no records.
struct TimeSpan {
  base::TimeNs min = INT64_MAX, max = INT64_MIN;

  bool meets(base::TimeNs since, base::TimeNs until) const { return max >= since && min <= until; }
};
// Of a sealed segment, by its trailer. In doubt all times: opening it will tell what is wrong.
TimeSpan read_time_span(sys::FileSystem& fs, const std::string& path);

}  // namespace logmill::store
