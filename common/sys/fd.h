// File descriptors that close themselves, and the few calls on them that everything else is made
// of.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace logmill::sys {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// "what: No space left on device". ENOSPC, EDQUOT, EAGAIN, connection refusals and timeouts are
// `again`, ENOENT is not_found, the rest io.
base::Error error_from_errno(int number, std::string_view what);

// An existing file, pipe or device. Does not wait for the writer of a pipe: wait_readable does. Fails with invalid if `path` is a
// directory.
base::Result<Fd> open_for_reading(const std::string& path);
// Creates the file if need be, mode 0640.
base::Result<Fd> open_for_appending(const std::string& path);
// Asks for a pipe of 1 MiB, as much as an ordinary user may have: fewer switches between the two ends. Other descriptors, and
// refusals, are left as they are.
void widen_pipe(int fd);

// Reads what is there, up to `size` bytes; 0 at the end of input. Blocks if the descriptor does; a
// non-blocking descriptor without data is `again`..
base::Result<std::size_t> read_some(int fd, char* to, std::size_t size);

// Writes everything, waiting as long as it takes. EPIPE is an `io` error whose what() is
// kBrokenPipe.
base::Status write_all(int fd, std::string_view bytes);
inline constexpr std::string_view kBrokenPipe = "broken pipe";

// How wide the terminal behind `fd` is; 0 if it is none, or will not say.
std::size_t terminal_columns(int fd);

struct TerminalSize {
  std::size_t rows = 0, columns = 0;
};
// Zeros if `fd` is no terminal.
TerminalSize terminal_size(int fd);

enum class Readiness { ready, timeout, stopped };
// Waits until reading (or, for the second, writing) would not block. `timeout_ms` < 0: for ever.
// Returns `stopped` as soon as `stop_fd` (or -1) becomes readable.
base::Result<Readiness> wait_readable(int fd, int timeout_ms, int stop_fd);
base::Result<Readiness> wait_writable(int fd, int timeout_ms, int stop_fd);

// wait_readable for programs that may wait long: fails with kBrokenPipe as soon as nobody reads
// `output_fd` any more, so that `program | head` ends when head does, not at the next record.
base::Result<Readiness> wait_readable_or_unread(int fd, int timeout_ms, int stop_fd, int output_fd);

}  // namespace logmill::sys
