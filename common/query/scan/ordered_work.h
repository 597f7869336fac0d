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
#include <optional>
#include <thread>
#include <vector>

namespace logmill::query {

class OrderedWork {
 public:
  using Work = std::function<void(std::size_t worker, std::size_t item)>;
  // False: there is no such item, nor any behind it.
  using Prepare = std::function<bool(std::size_t item)>;

  // Neither may throw. At most `ahead` items are begun before the first of them is released. With one thread no other is started.
  // What has to be done of one item after the other is `prepare`d, before `work` has it. The last of the threads does that, so that what
  // it takes stays in one cache, and works on items while there is no room for more of them.
  OrderedWork(unsigned threads, std::size_t items, std::size_t ahead, Work work, Prepare prepare = nullptr);
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;
  // No further item is begun; waits for those that were.
  ~OrderedWork();

  // Until the item is done; false if there is none. Items are waited for in order, each once.
  bool wait(std::size_t item);
  // What was made of it is no longer needed.
  void release(std::size_t item);

 private:
  void run(std::size_t worker);
  bool may_begin() const { return next_ < prepared_ && has_room(next_); }
  bool may_prepare() const { return prepared_ < items_ && has_room(prepared_); }
  bool has_room(std::size_t item) const { return item < released_ + done_.size(); }
  // These unlock meanwhile.
  void work_on_next(std::size_t worker, std::unique_lock<std::mutex>& lock);
  void prepare_next(std::unique_lock<std::mutex>& lock);

  const Work work_;
  const Prepare prepare_;
  const std::size_t workers_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable done_changed_, room_changed_;
  std::vector<bool> done_;  // of the items that may be begun, by the remainder of their numbers
  std::size_t items_, prepared_, next_ = 0, released_ = 0;
  std::optional<std::size_t> awaited_;  // by the caller, who sleeps until it is done or another may be begun
  bool stop_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace logmill::query
