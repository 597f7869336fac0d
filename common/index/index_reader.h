// Which blocks of a segment may hold a key. Layout: docs/formats/index.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/filter_group.h"
#include "index/segment_stamp.h"

namespace logmill::index {

// One flag a block: not zero where the block may hold what is looked for.
using BlockMask = std::vector<std::uint8_t>;

// Immutable: may be used from several threads.
class IndexReader {
 public:
  struct Group {
    FilterShape shape;
    std::vector<std::uint64_t> keys;  // of each block
    std::string_view checksums;       // of each chunk
    std::string_view filters;
    std::size_t first_block = 0;
  };

  // `bytes` is the whole file, borrowed. Header and directory are checked now; filters when they
  // are read. Fails with corrupt, or unsupported for a version or flag newer than ours.
  static base::Result<IndexReader> open(std::string_view bytes);

  const SegmentStamp& segment() const { return segment_; }
  std::size_t blocks() const { return blocks_; }
  const std::vector<Group>& groups() const { return groups_; }

  // Clears the flags of blocks that do not hold the key; `candidates` has blocks() flags. Where the
  // index is damaged the flags stay and, when all else is done, it fails with corrupt: the mask is
  // right all the same.
  base::Status narrow(std::uint64_t key, BlockMask& candidates) const;

  // Whether all checksums hold. Names the first that does not.
  base::Status verify() const;

 private:
  IndexReader() = default;

  SegmentStamp segment_;
  std::size_t blocks_ = 0;
  std::vector<Group> groups_;
};

}  // namespace logmill::index
