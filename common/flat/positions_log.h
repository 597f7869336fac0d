// Writes app.log.positions while app.log is written: docs/formats/flat.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flat/positions_file.h"
#include "store/frontier_table.h"
#include "sys/file_system.h"

namespace logmill::flat {

// Thread-compatible.
class PositionsLog {
 public:
  // `fs` must outlive it. Touches no file yet.
  PositionsLog(sys::FileSystem& fs, const std::string& path, bool synced);

  // Replaces the file by one that says: all of `frontiers` is in what is on stable storage, and
  // commits now go to the file with this inode, at `bytes`. On an error the old file counts; call
  // it again before `append`.
  base::Status start(std::uint64_t inode, std::uint64_t bytes, const store::FrontierTable& frontiers);
  // Of a commit that is going to be written. When it has failed, the next `append` takes back what
  // it left.
  base::Status append(const PositionEntry& entry);
  // Grown so long that it should start anew.
  bool is_long() const { return bytes_ > long_bytes_; }

 private:
  sys::FileSystem& fs_;
  std::string path_;
  bool synced_;
  std::unique_ptr<sys::File> file_;
  std::uint64_t bytes_ = 0, long_bytes_ = 0;
  bool torn_ = false;  // more than bytes_ may be in the file
};

}  // namespace logmill::flat
