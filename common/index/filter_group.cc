#include "index/filter_group.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace logmill::index {
namespace {

constexpr std::size_t kWords = 8;
using SubBlockMask = std::array<std::uint32_t, kWords>;

constexpr SubBlockMask kSalts = {0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d,
                                 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31};

// One bit in each word.
SubBlockMask mask_of(std::uint64_t key) {
  const auto low = static_cast<std::uint32_t>(key);
  SubBlockMask mask;
  for (std::size_t i = 0; i < kWords; ++i) mask[i] = std::uint32_t{1} << ((low * kSalts[i]) >> 27);
  return mask;
}

void set_bits(char* sub_block, const SubBlockMask& mask) {
  for (std::size_t i = 0; i < kWords; ++i) {
    char* word = sub_block + 4 * i;
    base::store_le(word, base::load_le<std::uint32_t>(word) | mask[i]);
  }
}

bool has_bits(const char* sub_block, const SubBlockMask& mask) {
  std::uint32_t missing = 0;
  for (std::size_t i = 0; i < kWords; ++i)
    missing |= mask[i] & ~base::load_le<std::uint32_t>(sub_block + 4 * i);
  return missing == 0;
}

}  // namespace

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
      set_bits(filters.data() + shape.lane_offset(key) + block * kSubBlockBytes, mask_of(key));
  return filters;
}

void narrow_by_lane(std::string_view lane, std::uint64_t key, std::span<std::uint8_t> candidates) {
  const SubBlockMask mask = mask_of(key);
  for (std::size_t block = 0; block < candidates.size(); ++block)
    if (candidates[block]) candidates[block] = has_bits(lane.data() + block * kSubBlockBytes, mask);
}

}  // namespace logmill::index
