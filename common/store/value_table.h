// Distinct values and their numbers in order of first appearance: for dictionaries.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "record/value.h"

namespace logmill::store {

// By content and kind, so that "1", 1 and 1.0 differ.
inline std::uint64_t hash_of(std::string_view text) { return base::xxh3_64(text); }
inline std::uint64_t hash_of(const record::Value& value) {
  if (value.is_text()) return base::xxh3_64(value.text());
  const std::uint64_t bits = value.kind() == record::Kind::real
                                 ? std::bit_cast<std::uint64_t>(value.real())
                                 : static_cast<std::uint64_t>(value.integer());
  return (bits ^ static_cast<std::uint64_t>(value.kind()) ^ (std::uint64_t{value.scale()} << 8)) *
         0x9e3779b97f4a7c15u;
}

// Reals by their bits: NaN equals itself, 0.0 and -0.0 differ.
inline bool same(const record::Value& a, const record::Value& b) {
  if (a.kind() == record::Kind::real && b.kind() == record::Kind::real)
    return std::bit_cast<std::uint64_t>(a.real()) == std::bit_cast<std::uint64_t>(b.real());
  return a == b;
}
inline bool same(std::string_view a, std::string_view b) { return a == b; }

// Open addressing with linear probing, at most half full. What it holds is borrowed.
template <class Item>
class DistinctTable {
 public:
  explicit DistinctTable(std::size_t items_expected)
      : slots_(std::bit_ceil(2 * items_expected + 2)), mask_(slots_.size() - 1) {}

  struct Found {
    std::uint32_t number;
    bool added;
  };
  Found insert(const Item& item) {
    const std::uint64_t hash = hash_of(item);
    for (std::size_t at = hash >> 32;; ++at) {
      Slot& slot = slots_[at & mask_];
      if (slot.number_plus_one == 0) {
        slot = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(items_.size() + 1)};
        items_.push_back(item);
        if (2 * items_.size() > slots_.size()) grow();
        return {static_cast<std::uint32_t>(items_.size() - 1), true};
      }
      if (slot.hash == static_cast<std::uint32_t>(hash) && same(items_[slot.number_plus_one - 1], item))
        return {slot.number_plus_one - 1, false};
    }
  }

  std::optional<std::uint32_t> find(const Item& item) const {
    const std::uint64_t hash = hash_of(item);
    for (std::size_t at = hash >> 32;; ++at) {
      const Slot& slot = slots_[at & mask_];
      if (slot.number_plus_one == 0) return std::nullopt;
      if (slot.hash == static_cast<std::uint32_t>(hash) && same(items_[slot.number_plus_one - 1], item))
        return slot.number_plus_one - 1;
    }
  }

  std::size_t size() const { return items_.size(); }
  const std::vector<Item>& items() const { return items_; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number_plus_one = 0;  // 0: free
  };

  void grow() {
    slots_.assign(2 * slots_.size(), {});
    mask_ = slots_.size() - 1;
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      const std::uint64_t hash = hash_of(items_[i]);
      std::size_t at = hash >> 32;
      while (slots_[at & mask_].number_plus_one != 0) ++at;
      slots_[at & mask_] = {static_cast<std::uint32_t>(hash), i + 1};
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
  std::vector<Item> items_;
};

using ValueTable = DistinctTable<record::Value>;
using TextTable = DistinctTable<std::string_view>;

}  // namespace logmill::store
