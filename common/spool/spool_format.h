// docs/formats/spool.md
#pragma once

#include <cstdint>
#include <string_view>

#include "record/frame_header.h"

namespace logmill::spool {

// Frames that are no records: other readers skip them.
inline constexpr record::FrameType kHeadType{3};
inline constexpr record::FrameType kAcknowledgedType{4};

inline constexpr std::string_view kSegmentSuffix = ".frames";
inline constexpr std::size_t kNumberDigits = 16;
inline constexpr std::string_view kLockName = "lock";

// Of the spool's size: an acknowledged segment gives back so much of it at a time.
inline constexpr std::uint64_t kSegmentsASpool = 8;
inline constexpr std::uint64_t kSegmentBytesMax = 16 << 20;
inline constexpr std::uint64_t kSpoolBytesMin = 64 << 10;

}  // namespace logmill::spool
