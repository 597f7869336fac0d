#include "cli/messages.h"

#include "sys/fd.h"
#include "text/utf8.h"

namespace logmill::cli {
namespace {
constexpr std::uint64_t kShownAtOnce = 5;
}  // namespace

StderrReporter::~StderrReporter() {
  for (const auto& [name, kind] : kinds_)
    if (kind.suppressed > 0) print("warning: " + kind.last_text, kind.suppressed - 1);
}

void StderrReporter::warn(std::string_view kind_name, std::string_view text) {
  count(counts_.warnings);
  if (show_ == Show::errors) return;
  const std::lock_guard lock(mutex_);
  auto it = kinds_.find(kind_name);
  if (it == kinds_.end()) it = kinds_.emplace(kind_name, Kind{}).first;
  Kind& kind = it->second;
  const std::int64_t now = clock_.steady_ns();
  if (kind.shown >= kShownAtOnce && now - kind.last_ns < base::kNsPerSecond) {
    ++kind.suppressed;
    kind.last_text = text;
    return;
  }
  print("warning: " + std::string(text), kind.suppressed);
  ++kind.shown;
  kind.suppressed = 0;
  kind.last_ns = now;
}

void StderrReporter::info(std::string_view text) {
  if (show_ != Show::everything) return;
  const std::lock_guard lock(mutex_);
  print(text, 0);
}

void StderrReporter::error(std::string_view text) {
  count(counts_.errors);
  const std::lock_guard lock(mutex_);
  print(text, 0);
}

void StderrReporter::count(std::atomic<std::uint64_t>& messages) {
  ++messages;
  counts_.last_ns = clock_.now();
}

void StderrReporter::print(std::string_view text, std::uint64_t suppressed) {
  std::string line = program_ + ": ";
  // A message may quote bytes of a log: they must not reach the terminal as commands. Line breaks
  // stay: a broken query is shown with a caret below it.
  text::append_lines_escaped_for_terminal(line, text);
  if (suppressed > 0) line += " (" + std::to_string(suppressed) + " similar suppressed)";
  line += '\n';
  // Nothing can be done about a stderr that does not take it.
  (void)sys::write_all(fd_, line);
}

}  // namespace logmill::cli
