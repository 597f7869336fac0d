// Writes sealed segments anew: the one way in which a sealed record is moved or removed. How it
// replaces what was there: docs/formats/segment.md, Rewriting.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "store/reader.h"
#include "sys/file_system.h"

namespace logmill::store {

// Whether all rows of a block stay; if not, `kept` has a flag for each.
enum class Keep { all, some };
using ChooseRows = std::function<base::Result<Keep>(const SegmentReader& segment, BlockReader& block, std::vector<std::uint8_t>& kept)>;

struct RewriteOptions {
  int zstd_level = 1;
  std::uint64_t join_bytes = kJoinBytes;
  // Every block is encoded anew, full ones too: at another level, or to leave nothing of the old
  // bytes.
  bool recompress = false;
  // Columns that cannot be read are left out with a warning, instead of ending the rewriting.
  bool salvage = false;
  ChooseRows choose;              // none: all stay
  std::function<bool()> stopped;  // asked between blocks: true ends it with `again`, and nothing has changed
};

struct Rewritten {
  std::string path;  // of the new segment; empty: no row is left, and nothing was written or changed
  std::uint64_t segments = 0;
  std::uint64_t rows_before = 0, rows_after = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;  // of the files
  std::vector<Frontier> frontiers;                  // of all of them
  bool changed() const { return rows_after != rows_before; }
};

// Writes the sealed segments at `paths`, all of one folder, into one new segment in their place, in
// this order. The caller holds the maintenance lock, and has finished what a crash left. On an
// error either nothing has changed, or the new segment stands and `finish_rewrites` will remove the
// rest.
base::Result<Rewritten> rewrite_segments(sys::FileSystem& fs, const std::vector<std::string>& paths, const RewriteOptions& options,
                                         base::Reporter& reporter);

// Writes the segment at `path` with the same id to `folder`, which may be on another disk, all rows
// in their order; the one at `path` goes.
base::Result<Rewritten> move_segment(sys::FileSystem& fs, const std::string& path, const std::string& folder, const RewriteOptions& options,
                                     base::Reporter& reporter);

// What a crash left: segments that others stand for, files that never became segments. For whoever
// holds the maintenance lock, before anything else is done.
base::Status finish_rewrites(sys::FileSystem& fs, const std::string& store);

// Removes a sealed segment and what belongs to it, the segment last: what a power cut leaves is
// then still one. What was kept of a damaged live segment (.damaged) goes too, or stays.
enum class Evidence { remove, keep };
base::Status remove_segment(sys::FileSystem& fs, const std::string& path, Evidence evidence);

}  // namespace logmill::store
