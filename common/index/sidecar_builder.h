// From the text of a file to its sidecar, in one pass. docs/formats/sidecar.md.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "index/sidecar_reader.h"
#include "sys/file_system.h"
#include "sys/stop.h"

namespace logmill::index {

// Reads the file at `path` and writes its sidecar at `sidecar`. With `old`, the sidecar of the same
// file when it was shorter, only what came since is read. `now` is for times without a year. Fails with unsupported for what is no text
// or compressed in another way than gzip and zstd, with corrupt if it is damaged, with again if it
// changes meanwhile or a stop was requested: then no sidecar is written.
base::Status build_sidecar(sys::FileSystem& fs, const std::string& path, const std::string& sidecar, const SidecarReader* old,
                           base::TimeNs now, const sys::Stop& stop);

}  // namespace logmill::index
