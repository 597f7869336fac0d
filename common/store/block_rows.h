// The rows of a block to come, gathered from any number of batches.
//
// A large batch is held as it is, with the bytes that it owns. Small ones are copied: holding a
// buffer of a megabyte for ten records would fill the memory with nothing. So are those of very
// many fields that few records have: see SparseRows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "record/batch.h"
#include "store/block_columns.h"
#include "store/block_writer.h"
#include "store/encoding.h"
#include "store/reader.h"
#include "store/sparse_rows.h"

namespace logmill::store {

// What a thread needs to make blocks, kept from one to the next. Thread-compatible.
struct BlockEncoder {
  explicit BlockEncoder(int zstd_level) : context(zstd_level) {}
  EncodeContext context;
  BlockColumns columns;
};

// Thread-compatible: filled by one thread, then encoded by another.
class BlockRows {
 public:
  bool empty() const { return ranges_.empty(); }
  std::size_t rows() const { return rows_; }
  std::size_t memory_bytes() const { return memory_bytes_; }
  // What `encode` takes beside that, about, judged by some of the rows.
  std::size_t making_bytes() const;
  const std::vector<BlockReader::RangeRows>& ranges() const { return ranges_; }

  // Whether the rows of the batch can be in the same block.
  bool has_room_for(const record::Batch& batch) const;

  // Adds the rows of the batch from `first_row` on, which decide `range`. `now` is remembered by
  // the first.
  void take(record::Batch&& batch, std::size_t first_row, const record::Range& range, std::int64_t now);
  void copy(const record::Batch& batch, std::size_t first_row, const record::Range& range, std::int64_t now);

  // When the first record, and the first range with or without records, came.
  std::optional<std::int64_t> records_since() const { return records_since_; }
  std::optional<std::int64_t> ranges_since() const { return ranges_since_; }

  // Fails as append_block does.
  base::Result<EncodedBlock> encode(BlockEncoder& encoder) const;

  // The batches that were taken or made, not needed any more: for their capacity. The ranges stay.
  std::vector<record::Batch> release_batches();

 private:
  struct Part {
    record::Batch batch;
    std::size_t first_row = 0;
    bool copied = false;                 // ours to add to
    std::unique_ptr<SparseRows> sparse;  // instead of a batch
  };
  void copy_sparse(const record::Batch& batch, std::size_t first_row);
  void account(std::size_t rows, const record::Range& range, std::int64_t now);
  void add_names(const record::Batch& batch);

  std::vector<Part> parts_;
  std::vector<BlockReader::RangeRows> ranges_;
  std::size_t rows_ = 0;
  std::size_t memory_bytes_ = 0;
  std::unordered_set<std::uint64_t> column_names_;  // of all parts, as hashes
  std::optional<std::int64_t> records_since_, ranges_since_;
};

}  // namespace logmill::store
