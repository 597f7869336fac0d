// Reads all of a segment and compares every checksum.
#pragma once

#include <functional>
#include <string>

#include "base/reporter.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

// Calls `damaged` with each thing that is wrong: where, what, and how many records it costs. In a
// live segment bytes behind the last block are reported too, unless it grows: a torn commit, which
// its next writer drops. Fails only if the segment cannot be opened at all.
base::Status verify_segment(sys::FileSystem& fs, const std::string& path, base::Reporter& reporter,
                            const std::function<void(std::string)>& damaged);

}  // namespace logmill::store
