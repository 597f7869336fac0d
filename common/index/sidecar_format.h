// Constants of docs/formats/sidecar.md, which explains them. Nothing else lives here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace logmill::index {

inline constexpr std::string_view kSidecarMagic = "LMSIDE1\n";
inline constexpr std::string_view kSidecarEndMagic = "LMSEND1\n";
inline constexpr std::uint16_t kSidecarVersion = 1;
inline constexpr std::uint16_t kSidecarZstdVersion = 2;  // of zstd files: may have points inside frames
inline constexpr std::size_t kSidecarTrailerBytes = 40;
inline constexpr std::string_view kSidecarSuffix = ".lmx";

inline constexpr std::size_t kStampedBytes = 4096;  // of the head, and of the tail
inline constexpr std::uint64_t kSpanBytes = 1 << 20;
inline constexpr std::size_t kGroupSpansMax = 64;
inline constexpr unsigned kSpanBitsPerKey = 14;
// The filter of a span takes at most this part of its text.
inline constexpr std::uint64_t kTextPerFilter = 50;
inline constexpr std::size_t kSpanTokenBytesMin = 3;

inline constexpr std::uint8_t kSpanOpaque = 1, kSpanTimed = 2, kSpanYearGuessed = 4;
// Of the text: how lines behind them are parsed does not depend on which others are read.
inline constexpr std::size_t kTimedHeadBytes = 64 << 10;

inline constexpr std::uint64_t kPointBytes = 4 << 20;  // of text between two
inline constexpr std::size_t kPointsMax = 65'536;

}  // namespace logmill::index
