// A command of the user's, run beside this program: a line for /bin/sh, or a program and its arguments.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "base/result.h"

namespace logmill::sys {

// Thread-compatible. In a process group of its own, its standard output our standard error.
class ShellCommand {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;
  // `argument` is its $1; `environment` is added to ours. Its standard input is empty.
  static base::Result<ShellCommand> start(const std::string& command, const std::string& argument, const Environment& environment);
  // No shell: words[0] is looked up in PATH. `input_fd` becomes its standard input.
  static base::Result<ShellCommand> start_program(std::vector<std::string> words, const Environment& environment, int input_fd);
  ShellCommand(ShellCommand&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ShellCommand& operator=(ShellCommand&&) = delete;
  ~ShellCommand() = default;  // it goes on by itself

  // Its exit status, as a shell gives it (128 + the number of the signal that killed it); nullopt
  // if it still runs after `timeout_ms`. Not to be called again once it has ended.
  base::Result<std::optional<int>> wait(int timeout_ms);
  // Asks it and all that it started to end.
  void terminate();

 private:
  explicit ShellCommand(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

// A program that takes the terminal for a while, as from a shell: words[0] is looked up in PATH; standard input, output and error are ours.
// Returns its exit status, as a shell gives it.
base::Result<int> run_in_foreground(std::vector<std::string> words);

}  // namespace logmill::sys
