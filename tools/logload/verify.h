// Reads a store after a run: is every record there, once, and in order?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "logload/load.h"
#include "logload/result.h"
#include "sys/file_system.h"

namespace logmill::logload {

// `lanes` says what was sent. Records of other runs do not matter.
base::Result<Verdict> verify_store(sys::FileSystem& fs, const std::string& store, std::string_view run,
                                   const std::vector<LaneTotals>& lanes, base::Reporter& reporter);

}  // namespace logmill::logload
