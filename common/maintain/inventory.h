// What sealed segments a store has, by their trailers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::maintain {

struct SealedSegment {
  std::string path;
  std::uint64_t bytes = 0, rows = 0;
  base::TimeNs time_min = 0, time_max = 0;
  bool readable = false;  // its trailer holds: rows and times are known
  bool cold = false;

  std::string folder() const { return sys::parent(path); }
};

// Remembers trailers from one look to the next: sealed files do not change. Thread-compatible.
class Inventory {
 public:
  Inventory(sys::FileSystem& fs, std::string store) : fs_(fs), store_(std::move(store)) {}

  // By folder and id; those that another segment stands for are not among them.
  base::Result<std::vector<SealedSegment>> look();

 private:
  SealedSegment examine(const std::string& path);

  sys::FileSystem& fs_;
  const std::string store_;
  std::map<std::string, SealedSegment> known_;  // by path
};

// Writes how far these segments held their streams to STORE/frontiers, on top of what is there.
base::Status keep_frontiers(sys::FileSystem& fs, const std::string& store, const std::vector<std::string>& paths, base::Reporter& reporter);

// Deletes these segments and what belongs to them, and folders that get empty. How far they held
// their streams is written to STORE/frontiers first. The caller holds the maintenance lock.
base::Status remove_segments(sys::FileSystem& fs, const std::string& store, const std::vector<std::string>& paths,
                             base::Reporter& reporter);

}  // namespace logmill::maintain
