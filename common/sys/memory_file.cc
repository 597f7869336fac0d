#include "sys/memory_file.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace logmill::sys {

base::Result<Fd> make_memory_file(std::string_view content) {
  Fd fd(::memfd_create("logmill", MFD_CLOEXEC));
  if (!fd.valid()) return error_from_errno(errno, "a file in memory");
  LOGMILL_RETURN_IF_ERROR(write_all(fd.get(), content));
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return error_from_errno(errno, "a file in memory");
  return fd;
}

}  // namespace logmill::sys
