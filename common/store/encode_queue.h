// Blocks on their way from rows to bytes, on as many threads as there are, in order.
//
// One thread owns the queue; a block's rows belong to a thread of the pool from `submit` until its
// encoding is done.
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/worker_pool.h"
#include "store/block_rows.h"

namespace logmill::store {

class EncodeQueue {
 public:
  // Without threads a block is encoded when it is submitted.
  EncodeQueue(std::size_t threads, int zstd_level);

  // Encoding them takes so much more memory, about.
  void submit(std::unique_ptr<BlockRows> rows, std::size_t making_bytes);

  // Takes note of what has been encoded since. After an error (a block cannot be made of its rows)
  // the queue is of no more use.
  base::Status collect();
  // Waits until at least `blocks` more, the oldest ones, are encoded, as far as there are so many.
  base::Status wait(std::size_t blocks);

  bool empty() const { return blocks_.empty(); }
  std::size_t size() const { return blocks_.size(); }
  // At the front, those that are encoded.
  std::size_t encoded_blocks() const { return encoded_blocks_; }
  std::uint64_t encoded_bytes() const { return encoded_bytes_; }
  // Of memory: rows that wait, with what it takes to encode them, and blocks.
  std::uint64_t memory_bytes() const { return memory_bytes_; }
  // Of these, what it takes to encode those that are not.
  std::uint64_t making_bytes() const { return making_bytes_; }

  struct Block {
    std::unique_ptr<BlockRows> rows;  // without their batches once they are encoded
    std::uint64_t memory_bytes = 0, making_bytes = 0;
    std::future<base::Result<EncodedBlock>> encoding;
    EncodedBlock encoded;
  };
  // The oldest first. Those at the front that are encoded may be read.
  const std::deque<Block>& blocks() const { return blocks_; }
  // Forgets the oldest `blocks`, which are encoded.
  void pop(std::size_t blocks);
  // Gives back batches kept for their capacity until they and all else take at most `bytes`, if
  // possible.
  void trim_spent(std::uint64_t bytes);

  // A batch that is not needed any more, for its capacity; an empty one if there is none.
  record::Batch take_spent();

 private:
  base::Status finish(Block& block);
  void keep_spent(record::Batch&& batch);

  std::vector<std::unique_ptr<BlockEncoder>> encoders_;  // one for each thread
  std::deque<Block> blocks_;
  std::size_t encoded_blocks_ = 0;
  std::uint64_t encoded_bytes_ = 0;
  std::uint64_t memory_bytes_ = 0, making_bytes_ = 0;
  std::vector<record::Batch> spent_;
  std::uint64_t spent_bytes_ = 0;
  base::WorkerPool pool_;  // last: ends before what its tasks use
};

}  // namespace logmill::store
