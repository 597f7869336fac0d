// Ends queries that take too long.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "sys/stop.h"

namespace logmill::logserve {

// Safe from any thread.
class Deadlines {
 public:
  Deadlines() : thread_([this] { run(); }) {}
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // Requests `stop` when so long has passed, or the program ends, unless it goes before.
  class Deadline {
   public:
    Deadline(Deadlines& deadlines, std::int64_t after_ns);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    sys::Stop& stop() { return stop_; }

   private:
    Deadlines& deadlines_;
    sys::Stop stop_;
    std::multimap<std::int64_t, sys::Stop*>::iterator place_;
  };

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::int64_t, sys::Stop*> pending_;  // by steady nanoseconds
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace logmill::logserve
