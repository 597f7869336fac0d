// Tells a writer that somebody asked for records to be forgotten: its live segment may hold some,
// and must be sealed before they can be removed.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "sys/file_system.h"

namespace logmill::store {

// Thread-compatible.
class DeletionWatch {
 public:
  DeletionWatch(sys::FileSystem& fs, const std::string& store);

  // Whether there is a request that was not there at the last look. Looks every half second at
  // most: cheap when there is none, and often enough for whoever waits.
  bool asked(std::int64_t steady_ns);

 private:
  bool look();

  sys::FileSystem& fs_;
  std::string folder_;
  std::int64_t next_look_ns_ = 0;
  std::set<std::string> seen_;
};

}  // namespace logmill::store
