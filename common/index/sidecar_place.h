// Where the sidecars of files lie, and which one is a file's. docs/formats/sidecar.md.
#pragma once

#include <memory>
#include <string>

#include "index/sidecar_reader.h"
#include "sys/file_system.h"

namespace logmill::index {

// Where the sidecar of `file` belongs: beside it, or in `folder` if that is not empty.
std::string sidecar_path(const std::string& file, const std::string& folder);

struct FoundSidecar {
  std::unique_ptr<Sidecar> sidecar;
  Fit fit = Fit::other;
  std::string path;  // where it lies; perhaps under the name that the file had before
};

// The one that fits the file as it is now: under its name, else any in the folder. nullptr inside if
// there is none; fails with what is wrong with the one under the file's name (corrupt, or invalid:
// stale), where no other fits.
base::Result<FoundSidecar> find_sidecar(sys::FileSystem& fs, const std::string& path, const sys::File& file, const std::string& folder);

}  // namespace logmill::index
