// app.log.positions as bytes. Layout: docs/formats/flat.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/reader.h"

namespace logmill::flat {

// Of one commit, written before its bytes: they are to stand at [from, to) of the file with this
// inode, and only if they do, the frontiers count.
struct PositionEntry {
  std::uint64_t inode = 0;
  std::uint64_t from = 0, to = 0;
  std::uint64_t hash = 0;                  // XXH3-64 of the bytes
  std::vector<store::Frontier> frontiers;  // that this commit moves; in the first entry, all
};

struct Positions {
  bool synced = false;                 // every commit was on stable storage before the next began
  std::vector<PositionEntry> entries;  // at least one; the first counts in any case
};

// A file with one entry.
std::string make_positions(const PositionEntry& first, bool synced);
// What is appended to such a file for another.
std::string make_entry(const PositionEntry& entry, bool synced);

// Fails with corrupt, naming the byte, and with unsupported for a newer version. What a crash left
// unfinished at the end is not an error: it is left out.
base::Result<Positions> parse_positions(std::string_view bytes);

}  // namespace logmill::flat
