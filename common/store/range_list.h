// Keeps the list of what a block decides short.
#pragma once

#include <vector>

#include "store/reader.h"

namespace logmill::store {

// Adds rows that nobody has seen yet: those that go on where the last entry ends join it.
inline void add_range(std::vector<BlockReader::RangeRows>& ranges, const BlockReader::RangeRows& entry) {
  if (!ranges.empty()) {
    BlockReader::RangeRows& last = ranges.back();
    const bool same_stream = last.range.stream == entry.range.stream && last.range.epoch == entry.range.epoch;
    if (same_stream && (!entry.range.named() || last.range.to == entry.range.from)) {
      last.range.to = entry.range.to;
      last.rows += entry.rows;
      return;
    }
  }
  ranges.push_back(entry);
}

// Adds rows that are in the store already. Entries are joined only where that leaves every log_id, the
// entry's start plus the row's number in it, as it was.
inline void add_stored_range(std::vector<BlockReader::RangeRows>& ranges, const BlockReader::RangeRows& entry) {
  const bool one_position_a_row =
      !ranges.empty() && ranges.back().range.to - ranges.back().range.from == ranges.back().rows;
  if (one_position_a_row || !entry.range.named())
    add_range(ranges, entry);
  else
    ranges.push_back(entry);
}

}  // namespace logmill::store
