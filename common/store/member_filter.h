// "May this block hold a record whose `trace_id` is …?" for all blocks of a sealed segment with one
// small read.
//
//   filters   = lane{lanes}*                            of one column after another, between the
//   last block and the footer lane      = sub_block{blocks} base/split_block_bloom.h section 4 =
//   count:varint (name:string offset:varint lanes:varint checksum:u64{chunks})*
//               a checksum for each 4,096 bytes of the column's lanes, the last perhaps shorter
//   The key of a text is the XXH3-64 of it in lower case (ASCII). In a block where the column has
//   values other than strings all bits are set; where no record has it, none.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/reader.h"
#include "sys/file_system.h"

namespace logmill::store {

// Where the filter of one column lies.
struct MemberFilter {
  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t lanes = 0;
  std::vector<std::uint64_t> checksums{};
};

// Makes the filters of a segment, column by column, so that one is in memory at a time.
class MemberFilterBuilder {
 public:
  // Makes the reader of a block anew at each call.
  using OpenBlock = std::function<base::Result<std::unique_ptr<BlockReader>>(std::size_t)>;
  MemberFilterBuilder(std::size_t blocks, OpenBlock open_block) : blocks_(blocks), open_block_(std::move(open_block)) {}

  // The columns that are like ids: hexadecimal, or texts of which more than half differ. Offsets
  // are left to the caller.
  base::Result<std::vector<MemberFilter>> choose_columns();
  // The bits of one of them, whose checksums it sets.
  base::Result<std::string> make_bits(MemberFilter& filter);

 private:
  struct Candidate {
    std::vector<std::size_t> blocks;  // in which it looks like ids
    std::uint64_t present_max = 0;    // of a block
    std::uint64_t present = 0;
    std::uint64_t bytes = 0;
  };
  base::Result<std::uint64_t> lanes_for(const std::string& name, const Candidate& candidate);

  std::size_t blocks_;
  OpenBlock open_block_;
};

void append_member_filters(std::string& out, const std::vector<MemberFilter>& filters);
// Fails with corrupt if they do not lie within the file's first `end` bytes.
base::Result<std::vector<MemberFilter>> parse_member_filters(std::string_view bytes, std::uint64_t blocks, std::uint64_t end);

// One flag a block: 0 where no record has the text. Fails with corrupt where what is read of the
// filter is damaged.
base::Result<std::vector<std::uint8_t>> look_up(const sys::File& file, const MemberFilter& filter, std::size_t blocks,
                                                std::string_view text);
base::Status verify_member_filter(const sys::File& file, const MemberFilter& filter, std::size_t blocks);

}  // namespace logmill::store
