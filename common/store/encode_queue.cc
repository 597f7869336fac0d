#include "store/encode_queue.h"

#include <algorithm>

namespace logmill::store {
namespace {

// Batches kept for their capacity: as many as make a block of a fast input, none that is unusually
// large.
constexpr std::size_t kSpentBatchesMax = 16;
constexpr std::size_t kSpentBytesMax = 4 << 20;

}  // namespace

EncodeQueue::EncodeQueue(std::size_t threads, int zstd_level) : pool_(threads) {
  for (std::size_t i = 0; i < pool_.width(); ++i) encoders_.push_back(std::make_unique<BlockEncoder>(zstd_level));
}

void EncodeQueue::submit(std::unique_ptr<BlockRows> rows, std::size_t making_bytes) {
  Block& block = blocks_.emplace_back();
  block.making_bytes = making_bytes;
  making_bytes_ += making_bytes;
  block.memory_bytes = rows->memory_bytes() + making_bytes;
  memory_bytes_ += block.memory_bytes;
  const BlockRows* to_encode = rows.get();
  block.rows = std::move(rows);
  block.encoding = pool_.start([this, to_encode](std::size_t number) { return to_encode->encode(*encoders_[number]); });
}

base::Status EncodeQueue::collect() {
  while (encoded_blocks_ < blocks_.size()) {
    Block& block = blocks_[encoded_blocks_];
    if (!base::is_ready(block.encoding)) break;
    LOGMILL_RETURN_IF_ERROR(finish(block));
  }
  return {};
}

base::Status EncodeQueue::wait(std::size_t blocks) {
  for (const std::size_t end = std::min(encoded_blocks_ + blocks, blocks_.size()); encoded_blocks_ < end;)
    LOGMILL_RETURN_IF_ERROR(finish(blocks_[encoded_blocks_]));
  return {};
}

base::Status EncodeQueue::finish(Block& block) {
  LOGMILL_ASSIGN_OR_RETURN(block.encoded, block.encoding.get());
  for (record::Batch& batch : block.rows->release_batches()) keep_spent(std::move(batch));
  memory_bytes_ -= block.memory_bytes;
  making_bytes_ -= block.making_bytes;
  block.memory_bytes = block.encoded.memory_bytes();
  memory_bytes_ += block.memory_bytes;
  encoded_bytes_ += block.encoded.bytes();
  ++encoded_blocks_;
  return {};
}

void EncodeQueue::pop(std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) {
    memory_bytes_ -= blocks_.front().memory_bytes;
    encoded_bytes_ -= blocks_.front().encoded.bytes();
    --encoded_blocks_;
    blocks_.pop_front();
  }
}

void EncodeQueue::keep_spent(record::Batch&& batch) {
  const std::uint64_t bytes = batch.memory_bytes();
  if (spent_.size() >= kSpentBatchesMax || bytes > kSpentBytesMax) return;
  spent_bytes_ += bytes;
  spent_.push_back(std::move(batch));
}

void EncodeQueue::trim_spent(std::uint64_t bytes) {
  while (!spent_.empty() && memory_bytes_ + spent_bytes_ > bytes) take_spent();
}

record::Batch EncodeQueue::take_spent() {
  if (spent_.empty()) return {};
  record::Batch batch = std::move(spent_.back());
  spent_.pop_back();
  spent_bytes_ -= batch.memory_bytes();
  batch.clear();
  return batch;
}

}  // namespace logmill::store
