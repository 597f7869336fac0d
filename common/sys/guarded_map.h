// Bytes of a file where they lie in the page cache, without a copy.
//
// Logs are cut by others while they are read (copytruncate), and disks fail: an ordinary map then
// ends the process with SIGBUS. Here zeros are read instead, and the map says that it is not intact
// any more: what was learned from it does not count, and the file is read in the ordinary way, which
// tells what is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace logmill::sys {

class GuardedMap {
 public:
  GuardedMap() = default;
  enum class Pages {
    at_once,  // a fault for each few of them costs a sixth of a search; of a small map
    as_read,  // of a large one, which the kernel makes of larger pages, and which several threads read
  };
  // `size` > 0 bytes of a regular file from `offset`, none of them behind its end. Fails with again
  // if as many maps as there may be are open, else as mmap does.
  static base::Result<GuardedMap> open(int fd, std::uint64_t offset, std::size_t size, Pages pages = Pages::at_once);
  ~GuardedMap() { close(); }
  GuardedMap(GuardedMap&& other) noexcept;
  GuardedMap& operator=(GuardedMap&& other) noexcept;

  // Valid while the map lives.
  std::string_view bytes() const { return bytes_; }
  // Whether all that was read of it so far were the file's bytes.
  bool intact() const;

 private:
  void close();

  void* address_ = nullptr;
  std::size_t mapped_ = 0;
  std::string_view bytes_;
  int slot_ = -1;
};

}  // namespace logmill::sys
