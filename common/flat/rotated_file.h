// What rotated files are called: app.log becomes app-20261121T101500Z.log, and when it is
// compressed app-20261121T101500Z.log.zst. A second one of that second takes the next second: names
// sort by time everywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/format.h"
#include "sys/file_system.h"

namespace logmill::flat {

struct RotatedFile {
  std::string path;
  base::TimeNs time = 0;  // of the rotation, in whole seconds: nothing in the file is newer
  codec::Container container = codec::Container::none;
  bool unfinished = false;  // a compressed file on its way
};

// Of the file `path`, rotated at `time`.
std::string rotated_path(const std::string& path, base::TimeNs time);
// ".gz", ".zst" or "".
std::string_view container_suffix(codec::Container container);
// nullopt if `candidate` is not a rotated file of `path`.
std::optional<RotatedFile> parse_rotated(const std::string& path, const std::string& candidate);
// In order of time. None if the folder does not exist.
base::Result<std::vector<RotatedFile>> list_rotated(sys::FileSystem& fs, const std::string& path);

}  // namespace logmill::flat
