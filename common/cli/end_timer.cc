#include "cli/end_timer.h"

#include <algorithm>
#include <csignal>
#include <unistd.h>

#include "base/clock.h"
#include "cli/exit.h"

namespace logmill::cli {
namespace {

// What the handler says: it may build nothing.
std::string last_words;

extern "C" void on_time_over(int) {
  [[maybe_unused]] const auto said = ::write(STDERR_FILENO, last_words.data(), last_words.size());
  ::_exit(static_cast<int>(Exit::retry));
}

}  // namespace

EndTimer::EndTimer(std::string_view tool, std::int64_t ns) : ns_(std::max<std::int64_t>(ns, 1)) {
  last_words = std::string(tool) + ": stopped, and ended in the middle of its work when the time for it was over (--grace)\n";
  struct sigaction action {};
  action.sa_handler = on_time_over;
  ::sigaction(SIGALRM, &action, nullptr);
  made_ = ::timer_create(CLOCK_MONOTONIC, nullptr, &timer_) == 0;
}

EndTimer::~EndTimer() {
  if (made_) ::timer_delete(timer_);
}

void EndTimer::start() const {
  const itimerspec once{{}, {static_cast<time_t>(ns_ / base::kNsPerSecond), static_cast<long>(ns_ % base::kNsPerSecond)}};
  if (made_) ::timer_settime(timer_, 0, &once, nullptr);
}

}  // namespace logmill::cli
