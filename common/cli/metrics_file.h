// The file that --metrics names: what a program counts, as Prometheus text, and how often it warned.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/messages.h"

namespace logmill::cli {

// Prometheus text of what was reported: logmill_messages_total{program="logparse",severity="warning"} 3 …
std::string format_messages(std::string_view program, const MessageCounts& messages);

// Thread-compatible. There is one in a process, which outlives whoever counts: a program's last error is reported when all else is done.
class MetricsFile {
 public:
  // Both must outlive it.
  MetricsFile(std::string_view program, const MessageCounts& messages) : program_(program), messages_(messages) {}

  // Replaces the file by `text` and what was reported so far. In `option` %p stands for the process.
  base::Status write(std::string_view option, std::string text);
  // Writes it once more if something was reported since.
  base::Status settle();

  // What was reported so far, as `write` has it.
  std::string messages() const { return format_messages(program_, messages_); }

 private:
  base::Status replace();

  std::string_view program_;
  const MessageCounts& messages_;
  std::string path_, text_;    // as of the last `write`
  std::string with_messages_;  // as it is in the file
};

}  // namespace logmill::cli
