#include "query/scan/ordered_work.h"

#include <algorithm>

namespace logmill::query {

OrderedWork::OrderedWork(unsigned threads, std::size_t items, std::size_t ahead, Work work)
    : items_(items), ahead_(std::max<std::size_t>(ahead, 1)), work_(std::move(work)), done_(items), awaited_(items) {
  const std::size_t wanted = std::min<std::size_t>(threads, items);
  for (std::size_t worker = 1; worker < wanted; ++worker) threads_.emplace_back([this, worker] { run(worker); });
}

OrderedWork::~OrderedWork() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  room_changed_.notify_all();
  threads_.clear();
}

void OrderedWork::wait(std::size_t item) {
  std::unique_lock lock(mutex_);
  while (!done_[item] && may_begin()) work_on_next(0, lock);
  awaited_ = item;
  done_changed_.wait(lock, [&] { return done_[item]; });
  awaited_ = items_;
}

void OrderedWork::release(std::size_t item) {
  {
    const std::lock_guard lock(mutex_);
    released_ = item + 1;
  }
  room_changed_.notify_all();
}

void OrderedWork::run(std::size_t worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    room_changed_.wait(lock, [&] { return stop_ || next_ == items_ || may_begin(); });
    if (stop_ || next_ == items_) return;
    work_on_next(worker, lock);
  }
}

void OrderedWork::work_on_next(std::size_t worker, std::unique_lock<std::mutex>& lock) {
  const std::size_t item = next_++;
  lock.unlock();
  work_(worker, item);
  lock.lock();
  done_[item] = true;
  if (item == awaited_) done_changed_.notify_one();
}

}  // namespace logmill::query
