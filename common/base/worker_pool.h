// Threads that do what they are given, in the order in which it was given.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace logmill::base {

// Without threads, `start` does the work itself before it returns: the same code, one thread. Safe
// from several threads.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  // Does first all that was started.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // How many tasks run at once. A task is told which of so many it is, from 0, and may use what it
  // finds under that number as its own.
  std::size_t width() const { return threads_.empty() ? 1 : threads_.size(); }

  // Calls `task(number)` and keeps its result. The task must be copyable.
  template <class Task>
  std::future<std::invoke_result_t<Task, std::size_t>> start(Task task) {
    using Outcome = std::invoke_result_t<Task, std::size_t>;
    // Shared by the queue, which wants copies, and nobody else.
    auto packed = std::make_shared<std::packaged_task<Outcome(std::size_t)>>(std::move(task));
    auto outcome = packed->get_future();
    add([packed](std::size_t number) { (*packed)(number); });
    return outcome;
  }

 private:
  using Work = std::function<void(std::size_t)>;
  void add(Work work);
  void run(std::size_t number);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;  // guarded by mutex_
  bool ending_ = false;       // guarded by mutex_
  std::vector<std::thread> threads_;
};

// Whether waiting for the result would return at once.
template <class T>
bool is_ready(const std::future<T>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace logmill::base
