#include "logserve/service/query_watch.h"

#include <chrono>
#include <utility>

#include "base/clock.h"

namespace logmill::logserve {
namespace {

// So long a query may go on for nobody. Looking costs a system call for each.
constexpr std::chrono::milliseconds kLookInterval(50);

}  // namespace

QueryWatch::~QueryWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void QueryWatch::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (watched_.empty())
      changed_.wait(lock);
    else
      changed_.wait_for(lock, kLookInterval, [this] { return ending_; });
    look();
  }
}

void QueryWatch::look() {
  const std::int64_t now = base::system_clock().steady_ns();
  for (Watched* const one : watched_)
    if (now >= one->ends_ns_ || program_.requested() || one->gone_()) one->stop_.request();
}

QueryWatch::Watched::Watched(QueryWatch& watch, std::function<bool()> gone, std::int64_t time_max_ns)
    : watch_(watch), gone_(std::move(gone)), ends_ns_(base::system_clock().steady_ns() + time_max_ns) {
  const std::lock_guard lock(watch_.mutex_);
  watch_.watched_.insert(this);
  watch_.changed_.notify_one();
}

QueryWatch::Watched::~Watched() {
  const std::lock_guard lock(watch_.mutex_);
  watch_.watched_.erase(this);
}

}  // namespace logmill::logserve
