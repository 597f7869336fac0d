#include "index/filter_group.h"

#include <algorithm>

#include "base/split_block_bloom.h"

namespace logmill::index {
FilterShape choose_shape(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t data_bytes) {
  std::uint64_t most = 0;
  for (const auto& block : keys) most = std::max<std::uint64_t>(most, block.size());
  const std::uint64_t wanted = (most * kBitsPerKey + 8 * kSubBlockBytes - 1) / (8 * kSubBlockBytes);
  const std::uint64_t allowed = data_bytes / kDataPerIndex / (kSubBlockBytes * keys.size());
  const std::uint64_t lanes = std::clamp<std::uint64_t>(std::min(wanted, allowed), 1, kLanesMax);
  return {.blocks = static_cast<std::uint32_t>(keys.size()), .lanes = static_cast<std::uint32_t>(lanes)};
}

std::string make_filters(const FilterShape& shape, std::span<const std::vector<std::uint64_t>> keys) {
  std::string filters(shape.bytes(), '\0');
  for (std::size_t block = 0; block < keys.size(); ++block)
    for (const std::uint64_t key : keys[block])
      base::add_to_sub_block(filters.data() + shape.lane_offset(key) + block * kSubBlockBytes, key);
  return filters;
}

}  // namespace logmill::index
