// Makes blocks of batches. Layout: block_directory.h and docs/formats/segment.md.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/batch.h"
#include "store/block_columns.h"
#include "store/encoding.h"
#include "store/reader.h"

namespace logmill::store {

// A block in pieces: of one that is mostly a few huge columns, nothing is held or copied twice.
struct EncodedBlock {
  BlockInfo info;
  std::string head;                 // header and directory, as if it were the first block of its commit
  std::vector<std::string> chunks;  // what follows

  std::size_t bytes() const { return info.bytes; }
  std::size_t memory_bytes() const;
};

// Makes one block of all rows. `ranges` name where they come from, in order, and add up to them. Fails with too_large if a limit of
// segment_format.h is passed, with invalid if a record has no time.
base::Result<EncodedBlock> encode_block(BlockColumns& columns, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context);

// Appends it to `out`, which holds the blocks of one commit. The returned offset is that in `out`, which is as before after an error.
base::Result<BlockInfo> append_block(const record::Batch& batch, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context,
                                     std::string& out);
base::Result<BlockInfo> append_block(BlockColumns& columns, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context,
                                     std::string& out);

// Appends header and directory of a block that stands behind so many bytes of its commit.
void append_head(std::string& out, const EncodedBlock& block, std::uint64_t commit_bytes);

// Appends rows [first, last) of `from` to `to`, which owns copies afterwards.
void append_rows(record::Batch& to, const record::Batch& from, std::size_t first, std::size_t last);

// The same with some rows of a stored block, in rising order.
base::Status append_block_rows(record::Batch& to, BlockReader& from, std::span<const std::uint32_t> rows);

}  // namespace logmill::store
