// The epoch of a followed file: docs/formats/delivery.md, "files".
//
// A truncated file starts again at position 0, in a new epoch. The number also says which content
// it belongs to, so that a file that was truncated and filled again while nobody looked is
// recognised at the next start: the upper half counts the generations, the lower half is a hash of
// the file's first line.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace logmill::logcollect {

struct Epoch {
  std::uint16_t generation = 0;
  std::uint16_t head = 0;

  static std::uint16_t hash_of(std::string_view head) { return static_cast<std::uint16_t>(base::xxh3_64(head)); }
  static Epoch from_number(std::uint32_t number) { return {static_cast<std::uint16_t>(number >> 16), static_cast<std::uint16_t>(number)}; }
  std::uint32_t number() const { return std::uint32_t{generation} << 16 | head; }
};

}  // namespace logmill::logcollect
