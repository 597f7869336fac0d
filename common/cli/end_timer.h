// Ends the program when it does not end by itself: a signal handler starts it, whatever the program is waiting for.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

namespace logmill::cli {

// One a program: it takes SIGALRM.
class EndTimer {
 public:
  // After `ns` the program says so on stderr and ends with status 4.
  EndTimer(std::string_view tool, std::int64_t ns);
  ~EndTimer();
  EndTimer(const EndTimer&) = delete;
  EndTimer& operator=(const EndTimer&) = delete;

  // From a signal handler as well.
  void start() const;

 private:
  const std::int64_t ns_;
  timer_t timer_{};
  bool made_ = false;
};

}  // namespace logmill::cli
