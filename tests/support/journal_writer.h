// Journal files made in a test, by systemd-journal-remote(8).
#pragma once

#include <cstdio>
#include <string>
#include <unistd.h>

namespace logmill::test {

class JournalWriter {
 public:
  static bool available() { return ::access(kProgram, X_OK) == 0; }

  // A new file has a sequence of its own; entries are added to one that is there.
  explicit JournalWriter(std::string path) : path_(std::move(path)) {}

  // An entry whose MESSAGE is `message`, at so many seconds.
  void add(const std::string& message, long second) {
    text_ += "__REALTIME_TIMESTAMP=" + std::to_string(second) + "000000\n__MONOTONIC_TIMESTAMP=" + std::to_string(++monotonic_) +
             "\n_BOOT_ID=0123456789abcdef0123456789abcdef\nMESSAGE=" + message + "\n\n";
  }
  // Writes what was added. True if it worked.
  bool write() {
    FILE* program = ::popen((std::string(kProgram) + " -o '" + path_ + "' - 2>/dev/null >/dev/null").c_str(), "w");
    if (!program) return false;
    const bool written = std::fwrite(text_.data(), 1, text_.size(), program) == text_.size();
    text_.clear();
    return ::pclose(program) == 0 && written;
  }

 private:
  static constexpr const char* kProgram = "/lib/systemd/systemd-journal-remote";
  std::string path_, text_;
  long monotonic_ = 0;
};

}  // namespace logmill::test
