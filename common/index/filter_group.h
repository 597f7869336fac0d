// Split-block Bloom filters of up to 64 blocks, transposed: sub-block j of all blocks lies side by side, so
// that one key is looked up in all of them with one short read. docs/formats/index.md, "Layout".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/index_format.h"

namespace logmill::index {

struct FilterShape {
  std::uint32_t blocks = 0;
  std::uint32_t lanes = 0;

  std::uint64_t bytes() const { return std::uint64_t{blocks} * lanes * kSubBlockBytes; }
  std::uint64_t chunks() const { return (bytes() + kChunkBytes - 1) / kChunkBytes; }
  std::uint64_t lane_bytes() const { return std::uint64_t{blocks} * kSubBlockBytes; }
  // Where the lane of a key begins.
  std::uint64_t lane_offset(std::uint64_t key) const {
    return (((key >> 32) * lanes) >> 32) * lane_bytes();
  }
};

// The shape for blocks with that many keys, over data of `data_bytes`.
FilterShape choose_shape(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t data_bytes);

// The filters of all blocks, as they are stored.
std::string make_filters(const FilterShape& shape, std::span<const std::vector<std::uint64_t>> keys);

// Clears candidates[i] unless the filter of block i may hold the key. `lane` is that of the key, one sub-block a candidate.
void narrow_by_lane(std::string_view lane, std::uint64_t key, std::span<std::uint8_t> candidates);

}  // namespace logmill::index
