#include "alert/receipt.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace logmill::alert {
namespace {

constexpr int kEndedLookMs = 5;
// After the grace of a stop: a process that does not end by itself is killed.
constexpr int kEndMs = 2'000;
constexpr std::size_t kWhatBytesMax = 1'000;
constexpr std::string_view kDelivered = "delivered";

std::string one_line(std::string text) {
  if (text.size() > kWhatBytesMax) text.resize(kWhatBytesMax);
  std::ranges::replace(text, '\n', ' ');
  return text;
}

// KEY ACTION, and how it ended: "delivered", or the code and the words of an error.
std::string beginning_of(const Outgoing& outgoing) { return outgoing.key + " " + outgoing.action + "\n"; }

std::string end_of(const base::Status& status) {
  if (status) return std::string(kDelivered) + "\n";
  return std::to_string(static_cast<int>(status.error().code)) + " " + one_line(status.error().what) + "\n";
}

// Only what is needed to deliver stays open: above all not the lock of the state.
void close_others(std::array<int, 3> kept) {
  std::ranges::sort(kept);
  unsigned from = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (fd < static_cast<int>(from)) continue;
    if (fd > static_cast<int>(from)) ::close_range(from, static_cast<unsigned>(fd) - 1, 0);
    from = static_cast<unsigned>(fd) + 1;
  }
  ::close_range(from, ~0U, 0);
}

// In the process of the delivery: nothing of the program is ended properly here, it belongs to the other one.
[[noreturn]] void deliver_and_exit(int receipt, const Action& action, const Outgoing& outgoing, const ActionIo& io) {
  ::setsid();  // a key that ends programs is for the other one, which tells this one
  close_others({receipt, io.out, io.stop.fd()});
  const base::Status status = action.kind->deliver(action, outgoing, io);
  const bool written = static_cast<bool>(sys::write_all(receipt, end_of(status)));
  ::_exit(written ? 0 : 1);
}

// Until it has ended.
void wait_for(pid_t pid, const sys::Stop& stop) {
  bool asked = false;
  for (int over_ms = 0;; ::poll(nullptr, 0, kEndedLookMs)) {
    const pid_t ended = ::waitpid(pid, nullptr, WNOHANG);
    if (ended == pid || (ended < 0 && errno != EINTR)) return;
    if (stop.requested() && !std::exchange(asked, true)) ::kill(pid, SIGTERM);
    if (stop.out_of_grace() && (over_ms += kEndedLookMs) > kEndMs) ::kill(pid, SIGKILL);
  }
}

}  // namespace

base::Result<sys::Fd> Receipt::open() const {
  sys::Fd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file.valid()) return sys::error_from_errno(errno, path_);
  return file;
}

base::Status Receipt::deliver(const Action& action, const Outgoing& outgoing, const ActionIo& io) {
  {
    LOGMILL_ASSIGN_OR_RETURN(sys::Fd file, open());
    // Of this open file, which both processes have: it is locked until the delivery has ended, whoever lives then.
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || ::ftruncate(file.get(), 0) != 0) return sys::error_from_errno(errno, path_);
    LOGMILL_RETURN_IF_ERROR(sys::write_all(file.get(), beginning_of(outgoing)));
    const pid_t pid = ::fork();
    if (pid < 0) return sys::error_from_errno(errno, "fork");
    if (pid == 0) deliver_and_exit(file.get(), action, outgoing, io);
    file.reset();
    wait_for(pid, io.stop);
  }
  LOGMILL_ASSIGN_OR_RETURN(const Last last, look());
  if (last.found == Found::ended && last.key == outgoing.key) return last.status;
  return base::Error{base::ErrorCode::again, "the delivery was killed"};
}

base::Result<Receipt::Last> Receipt::look() const {
  if (::access(path_.c_str(), F_OK) != 0) return Last{};
  LOGMILL_ASSIGN_OR_RETURN(const sys::Fd file, open());
  if (::flock(file.get(), LOCK_SH | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Last{.found = Found::under_way};
    return sys::error_from_errno(errno, path_);
  }
  std::array<char, 4 * kWhatBytesMax> buffer;
  const ssize_t size = ::pread(file.get(), buffer.data(), buffer.size(), 0);
  if (size < 0) return sys::error_from_errno(errno, path_);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  const std::size_t space = text.find(' '), line = text.find('\n');
  if (line == text.npos || space > line) return Last{};
  Last last{
      .found = Found::in_doubt, .key = std::string(text.substr(0, space)), .action = std::string(text.substr(space + 1, line - space - 1))};
  const std::string_view end = text.substr(line + 1);
  if (!end.ends_with('\n')) return last;
  last.found = Found::ended;
  if (end.starts_with(kDelivered)) return last;
  int code = static_cast<int>(base::ErrorCode::again);
  const auto parsed = std::from_chars(end.data(), end.data() + end.size(), code);
  const std::string_view what(parsed.ptr, static_cast<std::size_t>(end.data() + end.size() - parsed.ptr));
  last.status = base::Error{static_cast<base::ErrorCode>(code), std::string(what.substr(1, what.size() - 2))};
  return last;
}

}  // namespace logmill::alert
