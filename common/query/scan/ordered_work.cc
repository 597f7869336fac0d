#include "query/scan/ordered_work.h"

#include <algorithm>

namespace logmill::query {

OrderedWork::OrderedWork(unsigned threads, std::size_t items, std::size_t ahead, Work work, Prepare prepare)
    : work_(std::move(work)),
      prepare_(std::move(prepare)),
      workers_(std::min<std::size_t>(threads, items)),
      done_(std::max<std::size_t>(ahead, 1)),
      items_(items),
      prepared_(prepare_ ? 0 : items) {
  for (std::size_t worker = 1; worker < workers_; ++worker) threads_.emplace_back([this, worker] { run(worker); });
}

OrderedWork::~OrderedWork() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  room_changed_.notify_all();
  threads_.clear();
}

bool OrderedWork::wait(std::size_t item) {
  std::unique_lock lock(mutex_);
  const auto is_over = [&] { return item >= items_ || done_[item % done_.size()]; };
  while (!is_over()) {
    if (may_begin()) {
      work_on_next(0, lock);
    } else if (threads_.empty()) {
      prepare_next(lock);
    } else {
      awaited_ = item;
      done_changed_.wait(lock, [&] { return is_over() || may_begin(); });
      awaited_.reset();
    }
  }
  return item < items_;
}

void OrderedWork::release(std::size_t item) {
  {
    const std::lock_guard lock(mutex_);
    done_[item % done_.size()] = false;
    released_ = item + 1;
  }
  room_changed_.notify_all();
}

void OrderedWork::run(std::size_t worker) {
  std::unique_lock lock(mutex_);
  const bool prepares = worker + 1 == workers_;
  while (true) {
    room_changed_.wait(lock, [&] { return stop_ || next_ == items_ || may_begin() || (prepares && may_prepare()); });
    if (stop_ || next_ == items_) return;
    if (prepares && may_prepare())
      prepare_next(lock);
    else
      work_on_next(worker, lock);
  }
}

void OrderedWork::work_on_next(std::size_t worker, std::unique_lock<std::mutex>& lock) {
  const std::size_t item = next_++;
  lock.unlock();
  work_(worker, item);
  lock.lock();
  done_[item % done_.size()] = true;
  if (item == awaited_) done_changed_.notify_one();
}

void OrderedWork::prepare_next(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const bool is_there = prepare_(prepared_);  // changed by this thread alone
  lock.lock();
  if (is_there)
    ++prepared_;
  else
    items_ = prepared_;
  // Who waits for it works on it; of the others one.
  (awaited_ ? done_changed_ : room_changed_).notify_one();
}

}  // namespace logmill::query
