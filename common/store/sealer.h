// Turns a live segment into a sealed one.
#pragma once

#include <cstdint>
#include <string>

#include "base/reporter.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "store/segment_builder.h"
#include "sys/file_system.h"

namespace logmill::store {

struct SealResult {
  std::string path;  // of the sealed segment; empty if the live one held nothing
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of the sealed segment
};

// A segment of full blocks gets its footer where it is, and its new name: nothing is written twice.
// Of one with many small blocks these are joined into full ones, full ones copied, in a new file;
// then the live one goes (or is kept as .damaged if a part of it could not be read). Order of rows
// and ranges stay; the sealed file appears at once and whole. The caller holds the lock of the live
// segment. On failure the live segment is as before, and all of it valid. `helper` must not be the pool in which this runs.
base::Result<SealResult> seal_segment(sys::FileSystem& fs, const std::string& live_path, const BuildOptions& options,
                                      base::WorkerPool& helper, base::Reporter& reporter);

}  // namespace logmill::store
