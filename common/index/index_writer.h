// Builds the index of one segment. Layout: docs/formats/index.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "index/segment_stamp.h"

namespace logmill::index {

// Holds the keys of at most 64 blocks, or about two million of them, and the filters made so far.
class IndexWriter {
 public:
  explicit IndexWriter(SegmentStamp segment) : segment_(std::move(segment)) {}

  // The next block of the segment: its distinct keys, and its size in the segment file.
  void add_block(std::vector<std::uint64_t> keys, std::uint64_t block_bytes);

  // The whole file. Nothing may be added afterwards.
  std::string finish();

 private:
  void finish_group();

  SegmentStamp segment_;
  std::vector<std::vector<std::uint64_t>> keys_;  // of the blocks of the open group
  std::size_t group_keys_ = 0;
  std::uint64_t group_bytes_ = 0;
  std::uint32_t blocks_ = 0, groups_ = 0;
  std::string directory_;  // groups only
  std::string filters_;
};

}  // namespace logmill::index
