// docs/formats/flat.md: names and constants.
#pragma once

#include <cstdint>
#include <string_view>

namespace logmill::flat {

// "app.log" + this.
inline constexpr std::string_view kPositionsSuffix = ".positions";
inline constexpr std::string_view kPositionsMagic = "LMFLATP\n";
inline constexpr std::uint16_t kPositionsVersion = 1;
// Every commit was on stable storage before the next began.
inline constexpr std::uint16_t kFlagSynced = 1;
inline constexpr std::size_t kHeadBytes = 16;
inline constexpr std::size_t kEntryHeadBytes = 12;

// Unfinished: worthless when found at a start.
inline constexpr std::string_view kTemporarySuffix = ".tmp";

}  // namespace logmill::flat
