// Two first lines that only the whole of their hash tells apart, in a test.
#pragma once

#include <cstdint>
#include <string>

#include "logcollect/epoch.h"

namespace logmill::logcollect {

// A line as long as `head`, ten characters at least, with the same epoch.
inline std::string line_of_same_epoch(const std::string& head) {
  for (std::uint64_t number = 0;; ++number) {
    std::string other = std::to_string(number);
    other.resize(head.size() - 1, '.');
    other += '\n';
    if (other != head && Epoch::hash_of(other) == Epoch::hash_of(head)) return other;
  }
}

}  // namespace logmill::logcollect
