// Items that several threads work on, taken in order and handed over in order.
//
//   OrderedWork work(threads, items, ahead, [&](std::size_t worker, std::size_t item) { … });
//   for (item …) { work.wait(item); use what was made of it; work.release(item); }
//
// What `work` makes of an item belongs to the threads until `wait` for it has returned, and to the
// caller from then on. The caller is one of the threads, worker 0: it works while it waits. One that only waited would be woken for each
// item, which takes longer than many an item.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace logmill::query {

class OrderedWork {
 public:
  using Work = std::function<void(std::size_t worker, std::size_t item)>;

  // `work` must not throw. At most `ahead` items are begun before the first of them is released.
  // With one thread no other is started.
  OrderedWork(unsigned threads, std::size_t items, std::size_t ahead, Work work);
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;
  // No further item is begun; waits for those that were.
  ~OrderedWork();

  // Until the item is done. Items are waited for in order, each once.
  void wait(std::size_t item);
  // What was made of it is no longer needed.
  void release(std::size_t item);

 private:
  void run(std::size_t worker);
  bool may_begin() const { return next_ < items_ && next_ < released_ + ahead_; }
  // Begins the next item and ends it; unlocks meanwhile.
  void work_on_next(std::size_t worker, std::unique_lock<std::mutex>& lock);

  const std::size_t items_, ahead_;
  const Work work_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable done_changed_, room_changed_;
  std::vector<bool> done_;
  std::size_t next_ = 0, released_ = 0;
  std::size_t awaited_;  // by the caller, who sleeps until it is done; items_: by nobody
  bool stop_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace logmill::query
