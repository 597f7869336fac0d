// A regular file held open for reading, whatever happens to its name: renamed, replaced, deleted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sys/fd.h"

namespace logmill::sys {

struct HeldFileInfo {
  std::uint64_t size = 0;
  base::TimeNs modified = 0;
  std::uint64_t links = 0;  // 0: deleted, and gone when the last holder closes it
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// Thread-compatible. While it is held, no other file can get the same inode number: comparing
// device and inode with those of a path is enough to see whether the path still leads here.
class HeldFile {
 public:
  // Follows symbolic links. Never waits: a FIFO without a writer is refused like all that is not a
  // regular file (invalid, "is a directory" and the like).
  static base::Result<HeldFile> open(const std::string& path);

  int fd() const { return fd_.get(); }
  base::Result<HeldFileInfo> info() const;
  // Up to `size` bytes from `offset`; fewer only at the end of the file.
  base::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const;

 private:
  explicit HeldFile(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// What `path` leads to now; links are followed. Anything but a regular file is invalid.
base::Result<HeldFileInfo> regular_file_info(const std::string& path);

}  // namespace logmill::sys
