// The Bloom filters of up to 64 blocks, transposed (base/split_block_bloom.h).
// docs/formats/index.md, "Layout".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/split_block_bloom.h"
#include "index/index_format.h"

namespace logmill::index {

struct FilterShape {
  std::uint32_t blocks = 0;
  std::uint32_t lanes = 0;

  std::uint64_t bytes() const { return std::uint64_t{blocks} * lanes * kSubBlockBytes; }
  std::uint64_t chunks() const { return (bytes() + kChunkBytes - 1) / kChunkBytes; }
  std::uint64_t lane_bytes() const { return std::uint64_t{blocks} * kSubBlockBytes; }
  // Where the lane of a key begins.
  std::uint64_t lane_offset(std::uint64_t key) const { return base::bloom_lane(key, lanes) * lane_bytes(); }
};

// The shape for blocks with that many keys, over data of `data_bytes`.
FilterShape choose_shape(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t data_bytes);

// The filters of all blocks, as they are stored.
std::string make_filters(const FilterShape& shape, std::span<const std::vector<std::uint64_t>> keys);

}  // namespace logmill::index
