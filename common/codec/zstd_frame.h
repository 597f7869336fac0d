// A zstd frame whose size is known, in memory.
#pragma once

#include <cstddef>
#include <string_view>

namespace logmill::codec {

// Whether `frame` decompresses to exactly `size` bytes, which then are at `to`. With one context for each thread, about 160 KB:
// making one asks the processor what it can do, which in a virtual machine takes as long as 30 KB of data (each `cpuid` leaves it).
// `dictionary` is one that the frame needs.
[[nodiscard]] bool decompress_zstd(std::string_view frame, char* to, std::size_t size, std::string_view dictionary = {});

}  // namespace logmill::codec
