// From the blocks of a segment to the bytes of its index.
#pragma once

#include <string>

#include "base/reporter.h"
#include "base/result.h"
#include "sys/file_system.h"
#include "sys/stop.h"

namespace logmill::logindex {

// Fails with corrupt if a block cannot be read: the index would not know what it holds; with again
// if it was stopped.
base::Result<std::string> build_index(sys::FileSystem& fs, const std::string& segment_path, const sys::Stop& stop,
                                      base::Reporter& reporter);

}  // namespace logmill::logindex
