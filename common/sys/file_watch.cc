#include "sys/file_watch.h"

#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace logmill::sys {
namespace {

constexpr std::uint32_t kDirectoryMask =
    IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr std::size_t kReadBytes = 64 << 10;  // about 2,000 events a call

FileEvent to_event(const inotify_event& raw, const char* name) {
  FileEvent event;
  event.watch = raw.wd;
  event.name = raw.len > 0 ? name : "";
  event.modified = raw.mask & IN_MODIFY;
  event.listing = raw.mask & (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO);
  event.directory = raw.mask & IN_ISDIR;
  event.ended = raw.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED);
  event.overflow = raw.mask & IN_Q_OVERFLOW;
  return event;
}

}  // namespace

base::Result<FileWatch> FileWatch::create() {
  Fd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd.valid()) return error_from_errno(errno, "inotify");
  return FileWatch(std::move(fd));
}

base::Result<int> FileWatch::watch_directory(const std::string& path) { return add(path, kDirectoryMask); }

base::Result<int> FileWatch::watch_file(int fd) {
  // The link in /proc leads to the open file itself, also when no path does any more.
  return add("/proc/self/fd/" + std::to_string(fd), IN_MODIFY);
}

base::Result<int> FileWatch::add(const std::string& path, std::uint32_t mask) {
  const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), mask);
  if (watch >= 0) return watch;
  // ENOSPC means here that the user's watches are used up, not that a disk is full.
  if (errno == ENOSPC) return base::Error{base::ErrorCode::again, path + ": no inotify watch left (sysctl fs.inotify.max_user_watches)"};
  return error_from_errno(errno, path);
}

void FileWatch::forget(int watch) { ::inotify_rm_watch(fd_.get(), watch); }

base::Status FileWatch::read(std::vector<FileEvent>& events) {
  alignas(inotify_event) char buffer[kReadBytes];
  while (true) {
    const ssize_t got = ::read(fd_.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return {};
    if (got < 0) return error_from_errno(errno, "inotify");
    for (const char* at = buffer; at < buffer + got;) {
      inotify_event raw;
      std::memcpy(&raw, at, sizeof raw);
      events.push_back(to_event(raw, at + sizeof raw));
      at += sizeof raw + raw.len;
    }
  }
}

}  // namespace logmill::sys
