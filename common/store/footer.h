// The footer of a sealed segment: everything that tells a reader which blocks and columns it needs. A
// segment of at most kSmallBytes, of which the blocks say all, has none: whoever reads it reads all
// of it at once.
//
//   section 1, blocks     count:varint (offset:varint head:string){count}       head: block header
//   and directory section 2, counts     columns:varint (name:string values:varint value*
//   rows:varint{blocks * values}){columns} section 3, frontiers  see frontier_table.h section 4,
//   filters    see member_filter.h section 8, origin     replaces:varint id:string{replaces}
//   parts:varint (id:string rows:varint){parts}
//                         of rewritten segments only
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/block_scanner.h"
#include "store/member_filter.h"
#include "store/reader.h"
#include "store/segment_header.h"

namespace logmill::store {

struct Footer {
  std::vector<ScannedBlock> blocks;
  std::map<std::string, ValueCounts, std::less<>> counts;
  std::vector<Frontier> frontiers;
  std::vector<MemberFilter> filters;
  SegmentOrigin origin;
  // What the values in `counts` point into.
  std::unique_ptr<std::string> content;
};

// Footer and trailer, to be written at `offset`; the small trailer alone, where that is enough.
std::string make_footer(const Footer& footer, std::uint64_t offset, int zstd_level);

// Of a file of `file_bytes`. Fails with corrupt, or unsupported. Where there is no footer, the trailer is that of
// the blocks, and its footer has no bytes.
base::Result<Trailer> read_trailer(const sys::File& file, std::uint64_t file_bytes);
base::Result<Footer> read_footer(const sys::File& file, const Trailer& trailer, std::uint64_t file_bytes);
// Of the sealed segment at `path`.
base::Result<SegmentOrigin> read_origin(sys::FileSystem& fs, const std::string& path);

}  // namespace logmill::store
