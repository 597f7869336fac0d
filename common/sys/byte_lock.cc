#include "sys/byte_lock.h"

#include <cerrno>
#include <fcntl.h>

#include "sys/fd.h"

namespace logmill::sys {
namespace {

struct flock byte_at(std::uint64_t offset, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(offset);
  lock.l_len = 1;
  return lock;
}

}  // namespace

base::Status lock_byte(int fd, std::uint64_t offset) {
  struct flock lock = byte_at(offset, F_WRLCK);
  while (::fcntl(fd, F_OFD_SETLKW, &lock) != 0)
    if (errno != EINTR) return error_from_errno(errno, "lock");
  return {};
}

base::Result<bool> try_lock_byte(int fd, std::uint64_t offset) {
  struct flock lock = byte_at(offset, F_WRLCK);
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return error_from_errno(errno, "lock");
}

void unlock_byte(int fd, std::uint64_t offset) {
  struct flock lock = byte_at(offset, F_UNLCK);
  ::fcntl(fd, F_OFD_SETLK, &lock);
}

base::Result<bool> byte_locked_elsewhere(int fd, std::uint64_t offset) {
  struct flock lock = byte_at(offset, F_WRLCK);
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0) return error_from_errno(errno, "lock");
  return lock.l_type != F_UNLCK;
}

}  // namespace logmill::sys
