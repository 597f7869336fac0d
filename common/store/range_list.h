// Keeps the list of what a block decides short.
#pragma once

#include <algorithm>
#include <span>
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

// Adds rows that are in the store already. Entries are joined only where that leaves every log_id,
// the entry's start plus the row's number in it, as it was.
inline void add_stored_range(std::vector<BlockReader::RangeRows>& ranges, const BlockReader::RangeRows& entry) {
  const bool one_position_a_row = !ranges.empty() && ranges.back().range.to - ranges.back().range.from == ranges.back().rows;
  if (one_position_a_row || !entry.range.named())
    add_range(ranges, entry);
  else
    ranges.push_back(entry);
}

// Adds what is left of an entry of stored rows when those whose flag in `kept` is zero are removed.
// The pieces decide what the entry decided, and each kept row has the log_id that it had: a piece
// starts at its first row's.
inline void add_kept_range(std::vector<BlockReader::RangeRows>& ranges, const BlockReader::RangeRows& entry,
                           std::span<const std::uint8_t> kept) {
  const auto all = static_cast<std::uint32_t>(kept.size());
  const auto count = static_cast<std::uint32_t>(std::count_if(kept.begin(), kept.end(), [](auto flag) { return flag != 0; }));
  if (count == all || count == 0 || !entry.range.named()) return add_stored_range(ranges, {entry.range, count});
  const auto position = [&](std::uint32_t row) {
    // Records that share a position have no numbers of their own beyond the end: those would move
    // the frontier.
    return row == all ? entry.range.to : std::min(entry.range.from + row, entry.range.to);
  };
  for (std::uint32_t row = 0; row < all;) {
    const std::uint32_t first = row;
    while (row < all && kept[row] != 0) ++row;
    const std::uint32_t removed = row;
    while (row < all && kept[row] == 0) ++row;
    record::Range range = entry.range;
    range.from = position(first);
    range.to = position(row);
    add_stored_range(ranges, {range, removed - first});
  }
}

}  // namespace logmill::store
