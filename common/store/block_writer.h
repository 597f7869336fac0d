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

// Appends all rows of `batch` to `out`, which holds the blocks of one commit, as one block.
// `ranges` name where the rows come from, in order, and add up to them. The returned offset is that
// in `out`. Fails with too_large if a limit of segment_format.h is passed, with invalid if a record
// has no time; `out` is then as before.
base::Result<BlockInfo> append_block(const record::Batch& batch, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context,
                                     std::string& out);
base::Result<BlockInfo> append_block(BlockColumns& columns, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context,
                                     std::string& out);

// Appends rows [first, last) of `from` to `to`, which owns copies afterwards.
void append_rows(record::Batch& to, const record::Batch& from, std::size_t first, std::size_t last);

// The same with some rows of a stored block, in rising order.
base::Status append_block_rows(record::Batch& to, BlockReader& from, std::span<const std::uint32_t> rows);

}  // namespace logmill::store
