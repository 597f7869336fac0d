// Segments that are seldom asked for: compressed harder, on a cheaper disk. Readers see one store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "maintain/inventory.h"
#include "sys/file_system.h"

namespace logmill::maintain {

struct ColdPolicy {
  std::int64_t after_ns = 0;  // since a segment's newest record; 0: never
  std::string folder;         // absolute
  int zstd_level = 19;
};

// Makes the folder, marks it and links it into the store; fine if that was done before. Fails with
// invalid if the store has another cold tier, with again if the one that it has is not there.
base::Status attach_cold_tier(sys::FileSystem& fs, const std::string& store, const std::string& folder);

// Hot segments that are old enough, the oldest first.
std::vector<SealedSegment> plan_cooling(const std::vector<SealedSegment>& segments, const ColdPolicy& policy, base::TimeNs now);

// Where in the cold tier a segment goes: the folder of its day.
std::string cold_folder_of(const std::string& store, const std::string& path);

}  // namespace logmill::maintain
