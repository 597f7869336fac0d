// Sidecars of foreign files.
#pragma once

#include "logindex/logindex.h"
#include "logindex/survey.h"

namespace logmill::logindex {

// The sidecar of the file at `path` and its state. Fails if the file cannot be read.
base::Result<SegmentIndex> inspect_file(sys::FileSystem& fs, const std::string& path, const std::string& index_dir, Depth depth);

base::Result<cli::Exit> index_files(const Options& options, cli::Io& io);

}  // namespace logmill::logindex
