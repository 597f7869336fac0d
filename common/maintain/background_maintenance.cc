#include "maintain/background_maintenance.h"

#include <chrono>

namespace logmill::maintain {
namespace {

// A limit that is passed for so long does no harm, and looking costs a listing.
constexpr std::chrono::milliseconds kBetweenRounds{10'000};
// While a request to delete waits for writers, which look for it twice a second.
constexpr std::chrono::milliseconds kBetweenPurges{500};

}  // namespace

void BackgroundMaintenance::start() {
  thread_ = std::thread([this] { work(); });
}

void BackgroundMaintenance::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurried_ = true;
  }
  changed_.notify_all();
}

void BackgroundMaintenance::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void BackgroundMaintenance::run_round() {
  if (auto done = maintainer_.run_round(); !done) reporter_.warn("maintenance", done.error().what);
}

void BackgroundMaintenance::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    run_round();
    lock.lock();
    changed_.wait_for(lock, maintainer_.deletions_wait() ? kBetweenPurges : kBetweenRounds,
                      [this] { return stopping_.load() || hurried_; });
    hurried_ = false;
  }
}

}  // namespace logmill::maintain
