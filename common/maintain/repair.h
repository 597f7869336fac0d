// Salvages what can be read of damaged segments.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "maintain/maintenance_lock.h"
#include "sys/file_system.h"

namespace logmill::maintain {

struct RepairedSegment {
  std::string path;                // as it was
  std::string kept_as;             // the damaged original; empty if nothing could be salvaged and it stays where it is
  std::uint64_t rows = 0;          // salvaged
  std::uint64_t columns_lost = 0;  // of single blocks; their records stay, without these fields
  std::uint64_t gaps = 0;          // places where there was no block any more, or a footer was damaged
};

struct RepairResult {
  std::uint64_t segments_checked = 0;
  std::vector<RepairedSegment> repaired;
};

// Reads every byte of every sealed segment. A damaged one is kept as .damaged, and what of it can
// be read becomes a new one in its place, by the steps of docs/formats/segment.md, Rewriting: a
// crash anywhere leaves the one or the other, and the frontiers of its streams stay in any case. A
// record whose time cannot be read gets the first of its block. `reporter` learns of each thing
// lost. Live segments are left alone: seal them first.
base::Result<RepairResult> repair_store(sys::FileSystem& fs, const std::string& store, const MaintenanceLock& lock, int zstd_level,
                                        base::Reporter& reporter);

}  // namespace logmill::maintain
