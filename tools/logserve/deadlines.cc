#include "logserve/deadlines.h"

#include <chrono>

namespace logmill::logserve {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

std::int64_t steady_ns() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

}  // namespace

Deadlines::~Deadlines() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// What is over stays in its place until its owner takes it out: it has been told.
void Deadlines::run() {
  std::unique_lock lock(mutex_);
  std::int64_t told_until = INT64_MIN;
  while (!ending_) {
    const std::int64_t now = steady_ns();
    auto next = pending_.upper_bound(told_until);
    for (; next != pending_.end() && next->first <= now; ++next) {
      next->second->request();
      told_until = next->first;
    }
    if (next == pending_.end())
      changed_.wait(lock);
    else
      changed_.wait_until(lock, SteadyTime(std::chrono::nanoseconds(next->first)));
  }
}

Deadlines::Deadline::Deadline(Deadlines& deadlines, std::int64_t after_ns) : deadlines_(deadlines) {
  {
    const std::lock_guard lock(deadlines_.mutex_);
    place_ = deadlines_.pending_.emplace(steady_ns() + after_ns, &stop_);
  }
  deadlines_.changed_.notify_one();
}

Deadlines::Deadline::~Deadline() {
  const std::lock_guard lock(deadlines_.mutex_);
  deadlines_.pending_.erase(place_);
}

}  // namespace logmill::logserve
