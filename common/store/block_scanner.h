// Finds the blocks of a file by walking them: in live segments, and in sealed ones whose footer is
// damaged.
//
// What is not a block is one of two things. At the end of a live segment it is a torn commit: the
// walk ends before it. Before a block of a *later* commit it was once on disk whole: then it is
// damage, counted, and the walk goes on behind it. A block of the same commit does not tell: a
// power cut may keep the later half of what was never synced, and taking that would hide that the
// first half is missing from the ranges that the segment decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/block_directory.h"
#include "sys/file_system.h"

namespace logmill::store {

struct ScannedBlock {
  BlockInfo info;
  std::string head;  // header and directory, as on disk
};

class BlockScanner {
 public:
  enum class Unsynced { possible, impossible };  // impossible: every gap is damage

  // Starts behind the segment's header.
  BlockScanner(const sys::File& file, Unsynced unsynced);

  // The next block, all its checksums compared; nullopt where the walk ends for now: what is
  // appended later is found by later calls.
  base::Result<std::optional<ScannedBlock>> next();

  // Where the next block is expected: everything before was walked.
  std::uint64_t offset() const { return offset_; }
  std::uint64_t damaged_blocks() const { return damaged_blocks_; }
  std::uint64_t damaged_bytes() const { return damaged_bytes_; }

 private:
  // The block at `offset`, if a whole one stands there.
  base::Result<std::optional<ScannedBlock>> read_at(std::uint64_t offset, std::uint64_t file_bytes);
  base::Result<bool> chunks_hold(const BlockDirectory& directory, std::uint64_t offset);
  // The first block behind a gap that starts at offset_.
  base::Result<std::optional<ScannedBlock>> read_behind_gap(std::uint64_t file_bytes);
  ScannedBlock take(ScannedBlock block);

  const sys::File& file_;
  Unsynced unsynced_;
  std::uint64_t offset_;
  std::uint64_t damaged_blocks_ = 0;
  std::uint64_t damaged_bytes_ = 0;
  std::string scratch_;
};

// Up to `size` bytes.
base::Result<std::string> read_string_at(const sys::File& file, std::uint64_t offset, std::uint64_t size);

}  // namespace logmill::store
