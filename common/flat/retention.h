// Which rotated files are not to be kept any longer. The file being written is never among them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::flat {

// 0: no limit. A file goes when any of these asks for it.
struct Retention {
  std::int64_t keep_age_ns = 0;       // it was rotated longer ago than this
  std::uint64_t keep_bytes = 0;       // the rotated files together are larger
  std::uint64_t keep_count = 0;       // there are more rotated files
  std::uint64_t keep_free_bytes = 0;  // the file system has less free space
  bool any() const { return keep_age_ns > 0 || keep_bytes > 0 || keep_count > 0 || keep_free_bytes > 0; }
};

struct RetentionStep {
  std::string path;
  std::uint64_t bytes = 0;
  base::TimeNs time = 0;  // of the rotation
  std::string reason;     // "older than 7d"
};

// What would go now of the rotated files of `path`, oldest first.
base::Result<std::vector<RetentionStep>> plan_retention(sys::FileSystem& fs, const std::string& path, const Retention& keep,
                                                        base::TimeNs now);
// Deletes them. What another process has deleted already is fine.
base::Status apply_retention(sys::FileSystem& fs, const std::vector<RetentionStep>& steps);

}  // namespace logmill::flat
