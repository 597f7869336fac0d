// Constants of docs/formats/index.md, which explains them. Nothing else lives here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/split_block_bloom.h"

namespace logmill::index {

inline constexpr std::string_view kIndexMagic = "LMINDEX\n";
inline constexpr std::uint16_t kIndexVersion = 1;
inline constexpr std::size_t kIndexHeaderBytes = 64;
// Magic and checksum: what the checksum does not cover.
inline constexpr std::size_t kUncheckedBytes = 16;

using base::kSubBlockBytes;
inline constexpr std::size_t kChunkBytes = 4096;
inline constexpr std::size_t kGroupBlocksMax = 64;
// Bounds the writer's memory: 16 MiB of keys.
inline constexpr std::size_t kGroupKeysMax = 2 << 20;
inline constexpr std::uint32_t kLanesMax = 1 << 24;

inline constexpr unsigned kBitsPerKey = 12;
// The filters of a group take at most this part of their blocks' bytes.
inline constexpr std::uint64_t kDataPerIndex = 8;

inline constexpr std::size_t kSegmentTailBytes = 80;
// Longer values are found by their tokens only.
inline constexpr std::size_t kWholeValueBytesMax = 128;

inline constexpr std::string_view kIndexSuffix = ".idx";

}  // namespace logmill::index
