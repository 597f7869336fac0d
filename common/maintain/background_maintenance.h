// Maintains a store while records come in, off their way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "maintain/maintainer.h"

namespace logmill::maintain {

// A thread of its own, which owns the maintainer from `start` to `stop`.
class BackgroundMaintenance {
 public:
  // References must outlive it.
  BackgroundMaintenance(sys::FileSystem& fs, const std::string& store, const MaintenancePolicy& policy, const base::Clock& clock,
                        base::Reporter& reporter)
      : maintainer_(fs, store, policy, clock, reporter, [this] { return stopping_.load(); }), reporter_(reporter) {}
  ~BackgroundMaintenance() { stop(); }

  void start();
  // A request to delete was made: a round begins now. From any thread.
  void hurry();
  // Ends the thread; what its round can leave for later it leaves.
  void stop();
  // One round, in the caller's thread: only before `start` or after `stop`, when it does what
  // cannot be left. What fails is a warning.
  void run_round();

 private:
  void work();

  Maintainer maintainer_;
  base::Reporter& reporter_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_ = false;
  bool hurried_ = false;
  std::thread thread_;
};

}  // namespace logmill::maintain
