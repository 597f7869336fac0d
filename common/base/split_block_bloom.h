// Split-block Bloom filters: a key has eight bits in one sub-block of 32 bytes. The bits are those
// of Parquet's filter.
//
// Filters of several sets, each of the same number of sub-blocks ("lanes"), are stored transposed:
// sub-block j of all sets side by side is lane j, so that one key is looked up in all of them with
// one short read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace logmill::base {

inline constexpr std::size_t kSubBlockBytes = 32;

// Which of `lanes` a key, a good 64-bit hash, belongs to.
inline std::uint64_t bloom_lane(std::uint64_t key, std::uint64_t lanes) { return ((key >> 32) * lanes) >> 32; }

void add_to_sub_block(char* sub_block, std::uint64_t key);

// Clears candidates[i] unless sub-block i of the key's lane may hold the key.
void narrow_by_lane(std::string_view lane, std::uint64_t key, std::span<std::uint8_t> candidates);

}  // namespace logmill::base
