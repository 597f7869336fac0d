// What a block says about itself before its columns: header, ranges, and where each column lies.
//
//   block     = header directory chunk*
//   header    = "LMBLOCK\n" checksum:u64 directory_bytes:u32 rows:u32 chunk_bytes:u64
//               time_min:i64 time_max:i64 raw_bytes:u32 flags:u32 commit_bytes:u64       64 bytes
//               checksum is XXH3-64 of the 48 bytes after it and of the directory;
//               commit_bytes is how many bytes of the same commit were written before this block
//   directory = ranges:varint range* columns:varint column*
//   range     = stream:string epoch:varint from:varint length:varint rows:varint      stream of 16 bytes, or none: unnamed
//   column    = encoding:u8 bytes:varint checksum:u64 present:varint [name:string kinds:u8 zone]
//               encodings from 16 have the part in brackets
//   zone      = 0x00 | 0x01 least:f64 greatest:f64 | 0x02 least:byte{8} greatest:byte{8}
//   The first two columns are timestamp and level. Chunks follow in the order of the columns,
//   without gaps; a column's checksum is XXH3-64 of its chunk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/reader.h"

namespace logmill::store {

struct ColumnEntry {
  std::string name;
  std::uint8_t encoding = 0;
  std::uint64_t offset = 0;  // from the first chunk of the block; not stored, the sum of the sizes before
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;
  std::uint64_t present = 0;  // rows that have the field
  std::uint8_t kinds = 0;     // bit 1 << kind
  ColumnZone zone{};
};

struct BlockDirectory {
  std::vector<BlockReader::RangeRows> ranges;
  std::vector<ColumnEntry> columns;

  std::uint64_t chunk_bytes() const { return columns.empty() ? 0 : columns.back().offset + columns.back().bytes; }
  // Behind those that are there.
  void add(ColumnEntry entry) {
    entry.offset = chunk_bytes();
    columns.push_back(std::move(entry));
  }
};

struct BlockHeader {
  std::uint64_t checksum = 0;
  std::uint32_t directory_bytes = 0;
  std::uint32_t rows = 0;
  std::uint64_t chunk_bytes = 0;
  base::TimeNs time_min = 0, time_max = 0;
  std::uint64_t raw_bytes = 0;
  std::uint32_t flags = 0;
  std::uint64_t commit_bytes = 0;

  std::uint64_t block_bytes() const;
  // Fails with unsupported for flags that are not known. To be asked when the checksum has held.
  base::Status check_flags() const;
  // Of this block where it stands at `offset`.
  BlockInfo info(std::uint64_t offset) const;
};

void append_directory(std::string& out, const BlockDirectory& directory);
// As packed_segment.h has it: without what the chunks say.
void append_packed_directory(std::string& out, const BlockDirectory& directory);
// How many bytes of the directory the entry takes.
std::size_t entry_bytes(const ColumnEntry& entry);
// Appends the header, with the checksum over it and `directory`, which is to follow.
void append_block_header(std::string& out, BlockHeader header, std::string_view directory);

// Of at least kBlockHeaderBytes. Fails with corrupt if there is no header or its numbers cannot be.
// The checksum is not looked at: that needs the directory.
base::Result<BlockHeader> parse_block_header(std::string_view bytes);
// Whether `header_bytes` (kBlockHeaderBytes) and `directory` are what was written.
bool checksum_holds(std::string_view header_bytes, std::string_view directory);
// Also checks the flags, and that the columns add up to the header's chunk_bytes and the ranges to its rows.
base::Result<BlockDirectory> parse_directory(std::string_view bytes, const BlockHeader& header);

// What `append_packed_directory` wrote, of which `header` has the rows. Of the columns, places and checksums are left to the caller, of
// timestamp and level also how many rows have them, and of these and the last how many bytes they take.
base::Result<BlockDirectory> read_packed_directory(base::ByteReader& from, const BlockHeader& header);

// Header and directory together, as one piece.
struct BlockHead {
  BlockHeader header;
  BlockDirectory directory;
};
base::Result<BlockHead> parse_head(std::string_view bytes);

}  // namespace logmill::store
