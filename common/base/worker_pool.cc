#include "base/worker_pool.h"

namespace logmill::base {

WorkerPool::WorkerPool(std::size_t threads) {
  for (std::size_t number = 0; number < threads; ++number) threads_.emplace_back([this, number] { run(number); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::add(Work work) {
  if (threads_.empty()) return work(0);
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void WorkerPool::run(std::size_t number) {
  while (true) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work(number);
  }
}

}  // namespace logmill::base
