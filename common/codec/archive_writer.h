// Compressed files that can be read from the middle: every piece is compressed by itself.
//
// gzip: a member for each piece; zcat reads members in a row as one. zstd: the seekable format, a
// frame for each piece and behind them a table of their sizes in a skippable frame, which zstdcat
// passes over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/format.h"

namespace logmill::codec {

// Thread-compatible.
class ArchiveWriter {
 public:
  virtual ~ArchiveWriter() = default;
  // Appends the piece, compressed, to `out`. A piece is at most kPieceBytesMax and not empty.
  virtual void append(std::string_view piece, std::string& out) = 0;
  // Appends what ends the file.
  virtual void finish(std::string& out) = 0;
  static constexpr std::size_t kPieceBytesMax = 1 << 30;
};

// For gzip and zstd; nullptr for others.
std::unique_ptr<ArchiveWriter> make_archive_writer(Container container);

// --- the table of the seekable format ---
//
//   table  = 0x184d2a5e:u32 bytes:u32 entry* count:u32 descriptor:u8 0x8f92eab1:u32
//   entry  = frame_bytes:u32 raw_bytes:u32 [checksum:u32 if descriptor & 0x80]
//   https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md

struct SeekEntry {
  std::uint32_t bytes = 0;      // of the frame
  std::uint32_t raw_bytes = 0;  // of its content
  friend bool operator==(const SeekEntry&, const SeekEntry&) = default;
};

inline constexpr std::size_t kSeekTailBytes = 9;

void append_seek_table(std::string& out, const std::vector<SeekEntry>& entries);
// How many bytes at the end of a file are its table, by its last kSeekTailBytes; nullopt if it has
// none.
std::optional<std::uint64_t> seek_table_bytes(std::string_view tail);
// Fails with corrupt.
base::Result<std::vector<SeekEntry>> parse_seek_table(std::string_view table);

}  // namespace logmill::codec
