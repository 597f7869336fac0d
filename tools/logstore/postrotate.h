// The user's command after each rotation: one at a time, in a thread of its own, so that nothing
// waits for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "base/reporter.h"

namespace logmill::logstore {

// Safe from any thread.
class Postrotate {
 public:
  // `command` is for /bin/sh; $1 and LOGMILL_FILE are the rotated file. `reporter` must outlive it.
  Postrotate(std::string command, base::Reporter& reporter);
  ~Postrotate();  // ends a command that runs

  // Beyond kWaitingMax that wait, one is left out, with a warning.
  void run_for(const std::string& file);
  // Waits until all have run, but not for ever: then the one that runs is ended, with a warning.
  void finish();

  static constexpr std::size_t kWaitingMax = 1'000;

 private:
  void work();
  void run(const std::string& file);
  bool ending();

  const std::string command_;
  base::Reporter& reporter_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;  // under mutex_, as what follows
  bool busy_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace logmill::logstore
