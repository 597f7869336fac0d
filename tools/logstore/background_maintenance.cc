#include "logstore/background_maintenance.h"

#include <chrono>

namespace logmill::logstore {
namespace {

// A limit that is passed for so long does no harm, and looking costs a listing.
constexpr std::chrono::seconds kBetweenRounds{10};

}  // namespace

void BackgroundMaintenance::start() {
  thread_ = std::thread([this] { work(); });
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
    changed_.wait_for(lock, kBetweenRounds, [this] { return stopping_.load(); });
  }
}

}  // namespace logmill::logstore
