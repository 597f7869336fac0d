// Maintains a store while records come in, off their way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "cli/io.h"
#include "maintain/maintainer.h"

namespace logmill::logstore {

// A thread of its own, which owns the maintainer from `start` to `stop`.
class BackgroundMaintenance {
 public:
  // `io` must outlive it.
  BackgroundMaintenance(const std::string& store, const maintain::MaintenancePolicy& policy, cli::Io& io)
      : maintainer_(io.files, store, policy, io.clock, io.reporter, [this] { return stopping_.load(); }), reporter_(io.reporter) {}
  ~BackgroundMaintenance() { stop(); }

  void start();
  // Ends the thread; what its round can leave for later it leaves.
  void stop();
  // One round, in the caller's thread: only before `start` or after `stop`, when it does what
  // cannot be left. What fails is a warning.
  void run_round();

 private:
  void work();

  maintain::Maintainer maintainer_;
  base::Reporter& reporter_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace logmill::logstore
