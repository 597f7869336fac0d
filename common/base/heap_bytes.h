// What memory really costs, for those who count it.
#pragma once

#include <cstddef>

namespace logmill::base {

// What the heap takes for an allocation of `bytes`: its head, rounding, and 32 at least (glibc, malloc/malloc.c, "Minimum
// allocated size"). Where there is one for each of a million groups, that is most of it.
constexpr std::size_t heap_bytes(std::size_t bytes) {
  if (bytes == 0) return 0;
  const std::size_t chunk = (bytes + 8 + 15) / 16 * 16;
  return chunk < 32 ? 32 : chunk;
}

}  // namespace logmill::base
