// Distinct 64-bit hashes: open addressing, nothing but an array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace logmill::index {

class KeySet {
 public:
  // Keys are hashes already, so their low bits are the slot. Zero marks an empty slot and is kept
  // apart.
  void insert(std::uint64_t key) {
    if (key == 0) {
      has_zero_ = true;
      return;
    }
    if (2 * (used_ + 1) > slots_.size()) grow();
    std::size_t at = key & (slots_.size() - 1);
    while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at] == 0) ++used_;
    slots_[at] = key;
  }

  std::size_t size() const { return used_ + (has_zero_ ? 1 : 0); }

  // All keys, in no order; the set is empty afterwards and keeps its memory.
  std::vector<std::uint64_t> take();

 private:
  void grow();

  std::vector<std::uint64_t> slots_;
  std::size_t used_ = 0;
  bool has_zero_ = false;
};

}  // namespace logmill::index
