// Distinct values, numbered in the order of their first appearance.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"
#include "record/value.h"

namespace logmill::query {

class ValueInterner {
 public:
  ValueInterner() : slots_(kSlotsAtStart, kEmpty) {}

  // Copies the text of values that are new.
  std::uint32_t intern(const record::Value& value);
  // Valid as long as the interner.
  const record::Value& at(std::uint32_t id) const { return values_[id]; }
  std::size_t size() const { return values_.size(); }
  std::size_t memory_bytes() const {
    return slots_.capacity() * sizeof slots_[0] + values_.capacity() * sizeof values_[0] + hashes_.capacity() * sizeof hashes_[0] +
           bytes_.bytes_reserved();
  }

 private:
  static constexpr std::uint32_t kEmpty = 0xffffffff;
  static constexpr std::size_t kSlotsAtStart = 64;
  void grow();

  std::vector<std::uint32_t> slots_;  // ids; open addressing, a power of two, at most half full
  std::vector<record::Value> values_;
  std::vector<std::uint64_t> hashes_;  // of each value
  base::Arena bytes_;
};

// The numbers of the values that were counted most, at most `values_max`; equally frequent ones in the order of the values, so that
// it does not depend on which came first. `counts` has one for each value.
std::vector<std::uint32_t> most_frequent(const ValueInterner& values, std::span<const std::int64_t> counts, std::uint64_t values_max);

}  // namespace logmill::query
