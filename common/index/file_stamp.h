// What ties a sidecar to the bytes of a file. docs/formats/sidecar.md, "Validity".
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::index {

struct FileStamp {
  std::uint64_t bytes = 0;
  base::TimeNs modified = 0;
  std::uint64_t device = 0, inode = 0;
  std::uint64_t head = 0, tail = 0;  // hashes

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// Of the first `info.size` bytes of the file.
base::Result<FileStamp> stamp_file(const sys::File& file, const sys::FileInfo& info);

enum class Fit {
  same,   // the very bytes, whatever the name
  grown,  // those, and more behind them
  other,
};
Fit fit_of(const FileStamp& stamp, const sys::File& file, const sys::FileInfo& info);

}  // namespace logmill::index
