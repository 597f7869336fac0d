#include "sys/shell_command.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"

namespace logmill::sys {
namespace {

constexpr const char* kShell = "/bin/sh";
constexpr int kLookMs = 10;
constexpr int kSignalled = 128;

std::vector<std::string> joined_environment(const ShellCommand::Environment& added) {
  std::vector<std::string> all;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const bool replaced = std::ranges::any_of(added, [&](const auto& variable) { return text.starts_with(variable.first + "="); });
    if (!replaced) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Signals as a fresh program has them, whatever we ignore or block; in a process group of its own, unless the terminal is its.
enum class Group { own, ours };
void set_attributes(posix_spawnattr_t& attributes, Group group) {
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  const int apart = group == Group::own ? POSIX_SPAWN_SETPGROUP : 0;
  ::posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | apart));
}

int exit_status(int status) { return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

base::Result<ShellCommand> ShellCommand::start(const std::string& command, const std::string& argument, const Environment& environment) {
  const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.valid()) return error_from_errno(errno, "/dev/null");
  return start_program({kShell, "-c", command, "sh", argument}, environment, nothing.get());
}

base::Result<ShellCommand> ShellCommand::start_program(std::vector<std::string> words, const Environment& environment, int input_fd) {
  std::vector<std::string> variables = joined_environment(environment);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input_fd, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  ::posix_spawnattr_init(&attributes);
  set_attributes(attributes, Group::own);
  pid_t pid = -1;
  const int number = ::posix_spawnp(&pid, words.front().c_str(), &actions, &attributes, pointers(words).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (number != 0) return error_from_errno(number, words.front());
  return ShellCommand(pid);
}

base::Result<std::optional<int>> ShellCommand::wait(int timeout_ms) {
  for (int waited_ms = 0;; waited_ms += kLookMs) {
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended < 0 && errno != EINTR) return error_from_errno(errno, "waiting for a command");
    if (ended == pid_) return std::optional(exit_status(status));
    if (waited_ms >= timeout_ms) return std::optional<int>();
    ::poll(nullptr, 0, kLookMs);
  }
}

void ShellCommand::terminate() { ::kill(-pid_, SIGTERM); }

base::Result<int> run_in_foreground(std::vector<std::string> words) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  set_attributes(attributes, Group::ours);
  pid_t pid = -1;
  const int number = ::posix_spawnp(&pid, words.front().c_str(), nullptr, &attributes, pointers(words).data(), ::environ);
  ::posix_spawnattr_destroy(&attributes);
  if (number != 0) return error_from_errno(number, words.front());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return error_from_errno(errno, words.front());
  return exit_status(status);
}

}  // namespace logmill::sys
