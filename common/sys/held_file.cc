#include "sys/held_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace logmill::sys {
namespace {

const char* kind_name(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a pipe, not a file (read it as standard input)";
  if (S_ISSOCK(mode)) return "is a socket, not a file";
  return "is a device, not a file";
}

base::Result<HeldFileInfo> from_stat(const struct stat& s) {
  if (!S_ISREG(s.st_mode)) return base::Error{base::ErrorCode::invalid, kind_name(s.st_mode)};
  return HeldFileInfo{.size = static_cast<std::uint64_t>(s.st_size),
                      .modified = s.st_mtim.tv_sec * base::kNsPerSecond + s.st_mtim.tv_nsec,
                      .links = s.st_nlink,
                      .device = s.st_dev,
                      .inode = s.st_ino};
}

base::Error at(const std::string& path, base::Error error) { return std::move(error).with_context(path); }

}  // namespace

base::Result<HeldFile> HeldFile::open(const std::string& path) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer. It means nothing for regular files.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid() && errno == ENXIO) return at(path, {base::ErrorCode::invalid, kind_name(S_IFSOCK)});
  if (!fd.valid()) return error_from_errno(errno, path);
  HeldFile file(std::move(fd));
  if (auto info = file.info(); !info) return at(path, std::move(info).error());
  return file;
}

base::Result<HeldFileInfo> HeldFile::info() const {
  struct stat s;
  if (::fstat(fd_.get(), &s) != 0) return error_from_errno(errno, "fstat");
  return from_stat(s);
}

base::Result<std::size_t> HeldFile::read_at(std::uint64_t offset, char* to, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd_.get(), to + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

base::Result<HeldFileInfo> regular_file_info(const std::string& path) {
  struct stat s;
  if (::stat(path.c_str(), &s) != 0) return error_from_errno(errno, path);
  auto info = from_stat(s);
  if (!info) return at(path, std::move(info).error());
  return info;
}

}  // namespace logmill::sys
