// Randomness that nobody can guess, for ids. Not called random.h, which would hide the system's
// <sys/random.h>.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace logmill::sys {

void fill_random(void* to, std::size_t size);

// For stream ids.
inline std::array<std::uint8_t, 16> random_id() {
  std::array<std::uint8_t, 16> id;
  fill_random(id.data(), id.size());
  return id;
}

// From /proc/sys/kernel/random/boot_id: another one after every start of the machine; zero if
// unknown.
std::array<std::uint8_t, 16> boot_id();

}  // namespace logmill::sys
