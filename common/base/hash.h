// The checksums and hashes of every format: XXH3, 64 and 128 bits (github.com/Cyan4973/xxHash).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace logmill::base {

std::uint64_t xxh3_64(std::string_view bytes, std::uint64_t seed = 0);

// Sixteen bytes in canonical (big-endian) order, so that they compare and print alike everywhere.
std::array<std::uint8_t, 16> xxh3_128(std::string_view bytes);

}  // namespace logmill::base
