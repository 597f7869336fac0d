#include "base/split_block_bloom.h"

#include <array>

#include "base/bytes.h"

namespace logmill::base {
namespace {

constexpr std::size_t kWords = 8;
using SubBlockMask = std::array<std::uint32_t, kWords>;

constexpr SubBlockMask kSalts = {0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31};

// One bit in each word.
SubBlockMask mask_of(std::uint64_t key) {
  const auto low = static_cast<std::uint32_t>(key);
  SubBlockMask mask;
  for (std::size_t i = 0; i < kWords; ++i) mask[i] = std::uint32_t{1} << ((low * kSalts[i]) >> 27);
  return mask;
}

bool has_bits(const char* sub_block, const SubBlockMask& mask) {
  std::uint32_t missing = 0;
  for (std::size_t i = 0; i < kWords; ++i) missing |= mask[i] & ~load_le<std::uint32_t>(sub_block + 4 * i);
  return missing == 0;
}

}  // namespace

void add_to_sub_block(char* sub_block, std::uint64_t key) {
  const SubBlockMask mask = mask_of(key);
  for (std::size_t i = 0; i < kWords; ++i) {
    char* word = sub_block + 4 * i;
    store_le(word, load_le<std::uint32_t>(word) | mask[i]);
  }
}

void narrow_by_lane(std::string_view lane, std::uint64_t key, std::span<std::uint8_t> candidates) {
  const SubBlockMask mask = mask_of(key);
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (candidates[i]) candidates[i] = has_bits(lane.data() + i * kSubBlockBytes, mask);
}

}  // namespace logmill::base
