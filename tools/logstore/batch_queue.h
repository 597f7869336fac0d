// Batches from the thread that reads to the thread that writes, at most a few, and the empty ones
// back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
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

  // Waits for room; false when the writer has given up: the batch is not taken. A batch that is larger than the queue is alone in it,
  // and waited for until the writer has given it back: what the next would take is needed to write this one.
  bool push(record::Batch&& batch) {
    const std::size_t bytes = batch.memory_bytes();
    std::unique_lock lock(mutex_);
    const auto has_room = [&] { return bytes_ == 0 || (batches_.size() < batches_max_ && bytes_ + bytes <= bytes_max_); };
    changed_.wait(lock, [&] { return closed_ || has_room(); });
    if (closed_) return false;
    bytes_ += bytes;
    batches_.push_back({std::move(batch), bytes});
    changed_.notify_all();
    if (bytes > bytes_max_) changed_.wait(lock, [this] { return closed_ || bytes_ == 0; });
    return true;
  }
  // A batch to fill, with the capacity of one that was used before if there is one.
  record::Batch take_empty() {
    const std::lock_guard lock(mutex_);
    if (empty_.empty()) return {};
    record::Batch batch = std::move(empty_.back().batch);
    empty_bytes_ -= empty_.back().bytes;
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
  // What was popped is given back before the next `pop`.
  Popped pop(record::Batch& to, std::chrono::nanoseconds timeout) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, timeout, [this] { return finished_ || !batches_.empty(); })) return Popped::timeout;
    if (batches_.empty()) return Popped::finished;
    to = std::move(batches_.front().batch);
    popped_bytes_ = batches_.front().bytes;
    batches_.pop_front();
    return Popped::batch;
  }
  // That batch, or one that takes its place, is not needed any more.
  void give_back(record::Batch&& batch) {
    batch.clear();  // which gives back what odd input needed
    const std::size_t bytes = batch.memory_bytes();
    const std::lock_guard lock(mutex_);
    bytes_ -= popped_bytes_;
    popped_bytes_ = 0;
    if (empty_.size() < batches_max_ && empty_bytes_ + bytes <= bytes_max_) {
      empty_.push_back({std::move(batch), bytes});
      empty_bytes_ += bytes;
    }
    changed_.notify_all();
  }
  // The writer has failed: nothing more is taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  struct Held {
    record::Batch batch;
    std::size_t bytes;  // when it came
  };
  const std::size_t batches_max_;
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Held> batches_;
  std::vector<Held> empty_;
  std::size_t bytes_ = 0;  // of those inside, and of the one that was popped
  std::size_t popped_bytes_ = 0;
  std::size_t empty_bytes_ = 0;
  bool finished_ = false;
  bool closed_ = false;
};

}  // namespace logmill::logstore
