// Advisory locks on single bytes of an open file. They belong to the open file description, so the
// kernel drops them when its holder dies, and two handles within one process exclude each other
// too.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace logmill::sys {

// Waits until it is free.
base::Status lock_byte(int fd, std::uint64_t offset);
// Whether it is held now.
base::Result<bool> try_lock_byte(int fd, std::uint64_t offset);
void unlock_byte(int fd, std::uint64_t offset);
// Whether another handle holds it.
base::Result<bool> byte_locked_elsewhere(int fd, std::uint64_t offset);

class ByteLockGuard {
 public:
  ByteLockGuard(int fd, std::uint64_t offset) : fd_(fd), offset_(offset) {}
  ~ByteLockGuard() { unlock_byte(fd_, offset_); }
  ByteLockGuard(const ByteLockGuard&) = delete;
  ByteLockGuard& operator=(const ByteLockGuard&) = delete;

 private:
  int fd_;
  std::uint64_t offset_;
};

}  // namespace logmill::sys
