// Takes over what crashed writers left.
#pragma once

#include <cstdint>
#include <string>

#include "base/reporter.h"
#include "base/result.h"
#include "store/segment_builder.h"
#include "sys/file_system.h"

namespace logmill::store {

struct RecoveryResult {
  std::uint64_t segments_sealed = 0;
  std::uint64_t records = 0;  // in them
};

// Seals every live segment that no writer holds, up to its first torn commit, and removes files
// that never became segments. Those of running writers are left alone. Safe to be interrupted
// anywhere and to be run by several at once.
base::Result<RecoveryResult> recover_store(sys::FileSystem& fs, const std::string& store, const BuildOptions& options,
                                           base::Reporter& reporter);

}  // namespace logmill::store
