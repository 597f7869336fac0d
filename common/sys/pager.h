// A program that shows what we write page by page, like less.
#pragma once

#include <string>
#include <sys/types.h>

#include "base/result.h"
#include "sys/fd.h"

namespace logmill::sys {

// Thread-compatible. The destructor waits until the user has left it.
class Pager {
 public:
  // `command` is run by /bin/sh, with our standard output and the terminal that it reads keys from.
  static base::Result<Pager> start(const std::string& command);
  Pager(Pager&& other) noexcept : input_(std::move(other.input_)), pid_(std::exchange(other.pid_, -1)) {}
  Pager& operator=(Pager&&) = delete;
  ~Pager();

  // Where to write to. Fails with kBrokenPipe once the user has left.
  int input() const { return input_.get(); }

 private:
  Pager(Fd input, pid_t pid) : input_(std::move(input)), pid_(pid) {}
  Fd input_;
  pid_t pid_;
};

}  // namespace logmill::sys
