// Messages for people, on stderr: "logstore: warning: what: cause", one line each.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/reporter.h"

namespace logmill::cli {

// Of all there were, also those that were not shown.
struct MessageCounts {
  std::atomic<std::uint64_t> warnings = 0, errors = 0;
  std::atomic<base::TimeNs> last_ns = 0;  // when the last of them came
};

// Limits each kind of warning: the first few at once, then one a second, which says how many
// similar ones were suppressed. What is left over is said on destruction. Safe from any thread.
class StderrReporter final : public base::Reporter {
 public:
  enum class Show { errors, warnings, everything };

  StderrReporter(std::string program, int fd, const base::Clock& clock) : program_(std::move(program)), fd_(fd), clock_(clock) {}
  ~StderrReporter() override;

  void show(Show what) { show_ = what; }
  void warn(std::string_view kind, std::string_view text) override;
  void info(std::string_view text) override;
  // Always shown, never limited.
  void error(std::string_view text);
  const MessageCounts& counts() const { return counts_; }

 private:
  struct Kind {
    std::uint64_t shown = 0;
    std::uint64_t suppressed = 0;
    std::int64_t last_ns = 0;
    std::string last_text;
  };
  void count(std::atomic<std::uint64_t>& messages);
  void print(std::string_view text, std::uint64_t suppressed);

  std::string program_;
  int fd_;
  const base::Clock& clock_;
  Show show_ = Show::warnings;
  MessageCounts counts_;
  std::mutex mutex_;
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace logmill::cli
