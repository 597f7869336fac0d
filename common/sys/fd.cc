#include "sys/fd.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace logmill::sys {
namespace {

base::Result<Readiness> wait_for(int fd, short events, int timeout_ms, int stop_fd, int output_fd = -1) {
  // poll ignores negative descriptors. A hang-up is told without being asked for.
  pollfd fds[3] = {{fd, events, 0}, {stop_fd, POLLIN, 0}, {output_fd, 0, 0}};
  while (true) {
    const int ready = ::poll(fds, 3, timeout_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return error_from_errno(errno, "poll");
    if (ready == 0) return Readiness::timeout;
    if (fds[1].revents != 0) return Readiness::stopped;
    if (fds[2].revents != 0) return base::Error{base::ErrorCode::io, std::string(kBrokenPipe)};
    return Readiness::ready;
  }
}

base::ErrorCode code_from_errno(int number) {
  switch (number) {
    case ENOENT: return base::ErrorCode::not_found;
    case ENOSPC:
    case EDQUOT:
    case EAGAIN:
    case ECONNREFUSED:
    case ECONNRESET:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EADDRINUSE:
    case EMFILE:
    case ENFILE: return base::ErrorCode::again;
    default: return base::ErrorCode::io;
  }
}

}  // namespace

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

base::Error error_from_errno(int number, std::string_view what) {
  std::string text(what);
  text += ": ";
  text += std::strerror(number);
  return {code_from_errno(number), std::move(text)};
}

base::Result<Fd> open_for_reading(const std::string& path) {
  // Not to wait for the writer of a pipe here, where no signal ends that: whoever reads waits for it.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat info {};
  if (!fd.valid() || ::fstat(fd.get(), &info) != 0 || ::fcntl(fd.get(), F_SETFL, 0) != 0) return error_from_errno(errno, path);
  if (S_ISDIR(info.st_mode)) return base::Error{base::ErrorCode::invalid, path + ": is a directory"};
  return fd;
}

base::Result<Fd> open_for_appending(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640));
  if (!fd.valid()) return error_from_errno(errno, path);
  return fd;
}

void widen_pipe(int fd) { ::fcntl(fd, F_SETPIPE_SZ, 1 << 20); }

base::Result<std::size_t> read_some(int fd, char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(fd, to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return error_from_errno(errno, "read");
  }
}

base::Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno == EAGAIN) {
      if (auto ready = wait_for(fd, POLLOUT, -1, -1); !ready) return std::move(ready).error();
    } else if (errno == EPIPE) {
      return base::Error{base::ErrorCode::io, std::string(kBrokenPipe)};
    } else if (errno != EINTR) {
      return error_from_errno(errno, "write");
    }
  }
  return {};
}

base::Result<Readiness> wait_readable(int fd, int timeout_ms, int stop_fd) { return wait_for(fd, POLLIN, timeout_ms, stop_fd); }

base::Result<Readiness> wait_readable_or_unread(int fd, int timeout_ms, int stop_fd, int output_fd) {
  return wait_for(fd, POLLIN, timeout_ms, stop_fd, output_fd);
}

base::Result<Readiness> wait_writable(int fd, int timeout_ms, int stop_fd) { return wait_for(fd, POLLOUT, timeout_ms, stop_fd); }

std::size_t terminal_columns(int fd) { return terminal_size(fd).columns; }

TerminalSize terminal_size(int fd) {
  struct winsize size {};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_row, size.ws_col};
}

}  // namespace logmill::sys
