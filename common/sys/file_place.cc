#include "sys/file_place.h"

#include <sys/stat.h>
#include <unistd.h>

namespace logmill::sys {

std::optional<FilePlace> place_in_file(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  const off_t position = ::lseek(fd, 0, SEEK_CUR);
  if (position < 0) return std::nullopt;
  return FilePlace{.position = static_cast<std::uint64_t>(position), .size = static_cast<std::uint64_t>(info.st_size)};
}

void skip_in_file(int fd, std::uint64_t size) { ::lseek(fd, static_cast<off_t>(size), SEEK_CUR); }

}  // namespace logmill::sys
