// Distinct values and their numbers in order of first appearance: for dictionaries.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "record/value.h"
#include "store/short_text.h"

namespace logmill::store {

// By content and kind, so that "1", 1 and 1.0 differ.
inline std::uint64_t hash_of(std::string_view text) { return hash_short(text); }
inline std::uint64_t hash_of(const record::Value& value) {
  if (value.is_text()) return hash_short(value.text());
  const std::uint64_t bits =
      value.kind() == record::Kind::real ? std::bit_cast<std::uint64_t>(value.real()) : static_cast<std::uint64_t>(value.integer());
  return fold(bits ^ static_cast<std::uint64_t>(value.kind()) ^ (std::uint64_t{value.scale()} << 8), 0x9e3779b97f4a7c15u);
}

// Reals by their bits: NaN equals itself, 0.0 and -0.0 differ.
inline bool same(const record::Value& a, const record::Value& b) {
  if (a.is_text()) return a.kind() == b.kind() && same_text(a.text(), b.text());
  if (a.kind() == record::Kind::real && b.kind() == record::Kind::real)
    return std::bit_cast<std::uint64_t>(a.real()) == std::bit_cast<std::uint64_t>(b.real());
  return a == b;
}
inline bool same(std::string_view a, std::string_view b) { return same_text(a, b); }

// Open addressing with linear probing, at most half full. What it holds is borrowed. Memory is kept
// over `clear`.
template <class Item>
class DistinctTable {
 public:
  DistinctTable() { clear(); }

  void clear() {
    items_.clear();
    slots_.assign(kSlotsMin, {});
    mask_ = kSlotsMin - 1;
  }

  struct Found {
    std::uint32_t number;
    bool added;
  };
  Found insert(const Item& item) {
    return insert(item, [&] { return item; });
  }

  // When it is new, what `own()` returns is kept: a copy that lives long enough.
  template <class Own>
  Found insert(const Item& item, Own own) {
    const auto hash = static_cast<std::uint32_t>(hash_of(item));
    for (std::size_t at = hash;; ++at) {
      Slot& slot = slots_[at & mask_];
      if (slot.number_plus_one == 0) {
        slot = {hash, static_cast<std::uint32_t>(items_.size() + 1)};
        items_.push_back(own());
        if (2 * items_.size() > slots_.size()) grow();
        return {static_cast<std::uint32_t>(items_.size() - 1), true};
      }
      if (slot.hash == hash && same(items_[slot.number_plus_one - 1], item)) return {slot.number_plus_one - 1, false};
    }
  }

  std::size_t size() const { return items_.size(); }
  const std::vector<Item>& items() const { return items_; }

 private:
  static constexpr std::size_t kSlotsMin = 256;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number_plus_one = 0;  // 0: free
  };

  // Hashes are at hand: the items, which may be far apart in memory, are not looked at.
  void grow() {
    std::vector<Slot> before(4 * slots_.size());
    before.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : before) {
      if (slot.number_plus_one == 0) continue;
      std::size_t at = slot.hash;
      while (slots_[at & mask_].number_plus_one != 0) ++at;
      slots_[at & mask_] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
  std::vector<Item> items_;
};

using ValueTable = DistinctTable<record::Value>;
using TextTable = DistinctTable<std::string_view>;

}  // namespace logmill::store
