// Joins small sealed segments of a day's folder into large ones.
//
// Size-tiered: while a day is going on, segments are joined when eight of about one size (within a
// factor of eight) have come together, so that a record is written again about once for each factor
// of eight that its segment grows: 6 times between 1 KiB and 128 MiB. When the day is over, what is
// left is joined, a segment only with smaller ones that together are at least half its size: late
// records do not make a large one be written again and again. The bytes written for a folder that
// grows for ever in this way are below 3 times its size, on top of the tiers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "maintain/inventory.h"

namespace logmill::maintain {

struct CompactionPolicy {
  bool enabled = true;
  // A new segment is at most so large; one of half of it is left as it is.
  std::uint64_t rows_max = 4 << 20;
  std::uint64_t bytes_max = 128 << 20;
};

// One new segment of several.
struct CompactionStep {
  std::vector<std::string> paths;  // in order of time
  std::uint64_t rows = 0, bytes = 0;
};

// What could be joined now, one step for each folder at most, the oldest first: there may be more
// afterwards.
std::vector<CompactionStep> plan_compaction(const std::vector<SealedSegment>& segments, const CompactionPolicy& policy, base::TimeNs now);

}  // namespace logmill::maintain
