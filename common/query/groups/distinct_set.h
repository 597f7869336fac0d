// How many different things were seen, told by their hashes.
//
// Exact (up to colliding 64-bit hashes) as long as there are at most kExactMax; beyond that
// HyperLogLog with 2^14 registers (Flajolet et al., 2007; standard error 0.8 %).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/heap_bytes.h"

namespace logmill::query {

class DistinctSet {
 public:
  static constexpr std::size_t kExactMax = 1'000'000;

  // `hash` must be well mixed.
  void add(std::uint64_t hash);
  // It is added soon: memory is asked for its place meanwhile.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void merge(const DistinctSet& other);
  std::uint64_t count() const;
  // As text, in parts that each can be loaded: "h" and 16 hexadecimal digits a hash, or "r" and two
  // a register.
  std::size_t parts() const;
  void save(std::size_t part, std::string& out) const;
  // Adds; false if it is no part.
  bool load(std::string_view part);
  // Besides itself.
  std::size_t memory_bytes() const {
    return base::heap_bytes(slots_.capacity() * sizeof slots_[0]) + base::heap_bytes(registers_.capacity());
  }
  bool exact() const { return registers_.empty(); }

 private:
  void insert(std::uint64_t hash);
  void estimate_from_now_on();
  void note(std::uint64_t hash);

  std::vector<std::uint64_t> slots_;  // open addressing, a power of two, at most half full; 0 is empty
  std::size_t held_ = 0;
  bool holds_zero_ = false;
  std::vector<std::uint8_t> registers_;  // once estimated
};

}  // namespace logmill::query
