#include "record/key_memory.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"
#include "record/fields.h"

namespace logmill::record {
namespace {

// Objects below a name of so many parts stay JSON text: nobody queries such names, and recursion
// must end. Parts of the name count, not the depth at which it stands: names are written flat, and
// must read back the same.
constexpr std::ptrdiff_t kNamePartsMax = 32;
// The same for names of so many bytes: each field inside repeats them.
constexpr std::size_t kPrefixBytesMax = 128;

constexpr std::size_t kSlots = std::bit_ceil(2 * (KeyMemory::kKeysMax + 1));
static_assert(KeyMemory::kKeysMax <= UINT16_MAX);

// Of text and what is around it: a name is found by both.
std::uint64_t hash_of(std::string_view inside, std::string_view prefix) {
  return base::xxh3_64(inside) ^ (prefix.empty() ? 0 : 31 * base::xxh3_64(prefix));
}

}  // namespace

void Key::set_quoted(std::string_view inside, char before, char behind) {
  quoted = inside;
  const std::size_t size = inside.size();
  char front[8] = {};
  std::memcpy(front, inside.data(), std::min<std::size_t>(size, 8));
  first_ = base::load_le<std::uint64_t>(front);
  mask_ = size >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1;
  last_ = size >= 8 ? base::load_le<std::uint64_t>(inside.data() + size - 8) : 0;
  // None is expected by this where it is longer.
  std::string member = before == '\0' ? std::string() : std::string(1, before);
  member += inside;
  if (behind != '\0') member.push_back(behind);
  member_size_ = static_cast<std::ptrdiff_t>(member.size());
  constexpr std::size_t kLane = sizeof(member_);
  const bool fits = member.size() <= 2 * kLane && inside.find('\\') == inside.npos;
  member_bits_ = fits ? (std::uint64_t{1} << std::min(member.size(), kLane)) - 1 : ~std::uint64_t{0};
  member.resize(std::max(member.size(), kLane));
  member_ = base::load_lane(member.data());
  member_end_ = base::load_lane(member.data() + member.size() - kLane);
}

KeyMemory::KeyMemory(AskedFields asked, KeySyntax syntax) : asked_(std::move(asked)), syntax_(syntax) {
  // Pointers to keys are given away.
  keys_.reserve(kKeysMax + 1);
  keys_.resize(1);
  previous_ = keys_.front().next = keys_.front().other = keys_.data();
}

bool KeyMemory::begin() {
  previous_ = keys_.data();
  if (keys_.size() <= kKeysMax) return false;
  keys_.resize(1);
  keys_.front().next = keys_.front().other = keys_.data();
  std::ranges::fill(slots_, std::uint16_t{0});
  return true;
}

// That which has the key, or which is free for it.
std::uint16_t& KeyMemory::slot_of(std::string_view inside, std::string_view prefix) {
  std::size_t at = hash_of(inside, prefix) % kSlots;
  while (slots_[at] != 0 && !keys_[slots_[at]].matches(inside, prefix)) at = (at + 1) % kSlots;
  return slots_[at];
}

Key* KeyMemory::look_up(std::string_view inside, std::string_view prefix) {
  if (slots_.empty()) return nullptr;
  const std::uint16_t id = slot_of(inside, prefix);
  if (id == 0) return nullptr;
  expect(keys_[id]);
  return previous_;
}

const Key* KeyMemory::learn(std::string_view inside, std::string_view prefix, std::string_view text) {
  const bool remember = keys_.size() <= kKeysMax && prefix.size() + inside.size() <= kNameBytesMax;
  const auto id = static_cast<std::uint32_t>(keys_.size());
  Key& key = remember ? keys_.emplace_back() : unremembered_;
  key.set_quoted(inside, syntax_.before, syntax_.behind);
  key.next = key.other = keys_.data();
  key.within = prefix.empty() ? nullptr : &key;  // in which none is
  key.prefix = prefix;
  key.field.name = prefix;
  key.field.name += text;
  key.inside_prefix = key.field.name + ".";
  key.field.known = syntax_.known(key.field.name);
  key.field.asks_all = asked_.asks_for_all_with(key.field.name);
  key.field.asked = key.field.asks_all || asked_.contains(key.field.name, key.field.known);
  const auto dots = std::count(key.field.name.begin(), key.field.name.end(), '.');
  key.opaque = key.field.name == kMore || dots >= kNamePartsMax - 1 || key.field.name.size() > kPrefixBytesMax;
  if (remember) {
    key.field.id = id;
    // Many a reader never sees a key.
    slots_.resize(kSlots);
    slot_of(inside, prefix) = static_cast<std::uint16_t>(id);
    expect(key);
  }
  return &key;
}

}  // namespace logmill::record
