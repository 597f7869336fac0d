// Batches from the thread that reads to the thread that writes, at most a few, and the empty ones
// back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "record/batch.h"

namespace logmill::logstore {

// Safe from both threads. A batch belongs to whoever holds it; the queue owns those inside.
class BatchQueue {
 public:
  // Bounded by memory as well as by number: a batch may hold a line of many megabytes, or thousands
  // of columns.
  BatchQueue(std::size_t batches_max, std::size_t bytes_max) : batches_max_(batches_max), bytes_max_(bytes_max) {}

  // --- the reader's side ---

  // Waits for room; false when the writer has given up: the batch is not taken.
  bool push(record::Batch&& batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || batches_.empty() || (batches_.size() < batches_max_ && bytes_ < bytes_max_); });
    if (closed_) return false;
    bytes_ += batch.memory_bytes();
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  // A batch to fill, with the capacity of one that was used before if there is one.
  record::Batch take_empty() {
    const std::lock_guard lock(mutex_);
    if (empty_.empty()) return {};
    record::Batch batch = std::move(empty_.back());
    empty_.pop_back();
    return batch;
  }
  // No more will come.
  void finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }

  // --- the writer's side ---

  enum class Popped { batch, timeout, finished };
  Popped pop(record::Batch& to, std::chrono::nanoseconds timeout) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, timeout, [this] { return finished_ || !batches_.empty(); })) return Popped::timeout;
    if (batches_.empty()) return Popped::finished;
    to = std::move(batches_.front());
    batches_.pop_front();
    bytes_ -= to.memory_bytes();
    changed_.notify_all();
    return Popped::batch;
  }
  void give_back(record::Batch&& batch) {
    batch.clear();  // which gives back what odd input needed
    const std::lock_guard lock(mutex_);
    if (empty_.size() < batches_max_) empty_.push_back(std::move(batch));
  }
  // The writer has failed: nothing more is taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  const std::size_t batches_max_;
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<record::Batch> batches_;
  std::vector<record::Batch> empty_;
  std::size_t bytes_ = 0;
  bool finished_ = false;
  bool closed_ = false;
};

}  // namespace logmill::logstore
