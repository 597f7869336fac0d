// A command line of the user's, run by /bin/sh beside this program.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "base/result.h"

namespace logmill::sys {

// Thread-compatible. In a process group of its own, its standard input empty, its standard output
// our standard error.
class ShellCommand {
 public:
  // `argument` is its $1; `environment` is added to ours.
  static base::Result<ShellCommand> start(const std::string& command, const std::string& argument,
                                          const std::vector<std::pair<std::string, std::string>>& environment);
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

}  // namespace logmill::sys
