// Ends queries that take too long, whose client has left, or that the end of the program waits for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "sys/stop.h"

namespace logmill::logserve {

// Safe from any thread.
class QueryWatch {
 public:
  // `program` must outlive it.
  explicit QueryWatch(const sys::Stop& program) : program_(program), thread_([this] { run(); }) {}
  ~QueryWatch();
  QueryWatch(const QueryWatch&) = delete;
  QueryWatch& operator=(const QueryWatch&) = delete;

  // One query, watched as long as this lives.
  class Watched {
   public:
    // `gone` is asked from another thread whether anybody still waits for it.
    Watched(QueryWatch& watch, std::function<bool()> gone, std::int64_t time_max_ns);
    ~Watched();
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    // Is requested when the query is to end.
    const sys::Stop& stop() const { return stop_; }

   private:
    friend QueryWatch;
    QueryWatch& watch_;
    const std::function<bool()> gone_;
    const std::int64_t ends_ns_;  // by the steady clock
    sys::Stop stop_;
  };

 private:
  void run();
  void look();

  const sys::Stop& program_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Watched*> watched_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace logmill::logserve
