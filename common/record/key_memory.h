// The keys of objects, remembered by what followed what: the records of a log are alike, so that a
// key costs one comparison with the one that stood behind the same key last time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_lanes.h"
#include "base/bytes.h"
#include "record/asked_fields.h"
#include "record/object_fields.h"

namespace logmill::record {

// One key: as it stands in the input, and what it means.
struct Key {
  std::string quoted;  // behind the first quote, with the second one
  std::string prefix;  // names of the objects around it, each with a dot
  FieldName field;
  bool opaque = false;   // an object here is not flattened
  Key* next = nullptr;   // which one came after it: that of no text if none did yet
  Key* other = nullptr;  // the same, before that
  // An object that is known to give it its prefix: that of this key. nullptr: there is none around it.
  const Key* within = nullptr;
  std::string inside_prefix;  // of the keys of an object that it has

  // Where the value follows if the key, with what stands around it, begins at `at`.
  const char* behind_member(const char* at) const { return at + member_size_; }
  // `inside` as `quoted`; eight bytes behind it can be read.
  bool matches(std::string_view inside, std::string_view in_prefix) const;

 private:
  friend class KeyMemory;
  void set_quoted(std::string_view inside, char before, char behind);
  std::uint64_t first_ = 0, last_ = 0, mask_ = 0;  // of `quoted`: its first and last eight bytes
  // With what stands around it, if two lanes hold that and no escape is in it: its first bytes, the last lane of a longer one, and the bits
  // of the bytes in the first; else more bits than a lane has.
  base::Bytes16 member_{}, member_end_{};
  std::ptrdiff_t member_size_ = 0;
  std::uint64_t member_bits_ = ~std::uint64_t{0};
};

// How the keys of a format are written, and what they mean.
struct KeySyntax {
  char before = '"', behind = ':';  // stand around each with its second quote; '\0': nothing does
  KnownName (*known)(std::string_view name) = known_name;
};

class KeyMemory {
 public:
  // More keys than logs have, and longer; of the others each is found out anew, each time.
  static constexpr std::size_t kKeysMax = 4096;
  static constexpr std::size_t kNameBytesMax = 256;

  // Of what is learned, keys are marked whose fields are not asked for.
  explicit KeyMemory(AskedFields asked = {}, KeySyntax syntax = {});
  KeyMemory(KeyMemory&&) = default;
  KeyMemory& operator=(KeyMemory&&) = default;

  // From the first key of a record on. Returns true if what was remembered was too much and is
  // forgotten: ids are given anew.
  bool begin();

  // The one before the next.
  Key& previous() const { return *previous_; }
  // The next key if it is the one that came here last and stands at `at`, in which up to `end` is
  // text; else nullptr.
  const Key* expected(const char* at, const char* end, std::string_view prefix) {
    Key* const guess = previous_->next;
    if (guess == keys_.data()) return nullptr;  // nothing came here yet
    const std::size_t size = guess->quoted.size();
    if (static_cast<std::size_t>(end - at) < size || !guess->matches({at, size}, prefix)) return nullptr;
    previous_ = guess;
    return guess;
  }
  // The same of a key without escapes that is not very long, with what stands around it from `at` on, if it came behind `previous` last, in
  // the object of the key `within`. Two lanes behind `at` can be read, and it may end in what is no text any more.
  static Key* expected_member(const Key& previous, const char* at, const Key* within) {
    Key& key = *previous.next;
    const std::uint64_t same = lanes_agree(at, key.member_);
    if ((~same & key.member_bits_) != 0 || key.within != within) return nullptr;
    if (key.member_size_ <= kLane) return &key;
    return lanes_agree(at + key.member_size_ - kLane, key.member_end_) == key.member_bits_ ? &key : nullptr;
  }
  // The same behind the one before.
  const Key* expected_member(const char* at, const char* end) {
    Key* const key = expected_member(*previous_, at, nullptr);
    if (key == nullptr || key->behind_member(at) > end) return nullptr;
    return previous_ = key;
  }
  void go_on_behind(Key& key) { previous_ = &key; }
  // The next key, if it is known. It stays where it is until `begin`.
  Key* find(std::string_view inside, std::string_view prefix) {
    Key* guess = previous_->next;
    if (!guess->matches(inside, prefix)) guess = previous_->other;
    if (!guess->matches(inside, prefix)) return look_up(inside, prefix);
    previous_ = guess;
    return guess;
  }
  // Finds out about the key that `find` did not know, and remembers it, unless that is too much:
  // then it stays where it is until the next `learn`. `text` is without quotes and escapes.
  const Key* learn(std::string_view inside, std::string_view prefix, std::string_view text);

 private:
  void expect(Key& key) {
    previous_->other = previous_->next;
    previous_ = previous_->next = &key;
  }
  Key* look_up(std::string_view inside, std::string_view prefix);
  std::uint16_t& slot_of(std::string_view inside, std::string_view prefix);
  static std::uint64_t lanes_agree(const char* at, base::Bytes16 lane) {
    return base::bits_of(reinterpret_cast<base::Bytes16>(base::load_lane(at) == lane));
  }

  static constexpr std::ptrdiff_t kLane = sizeof(base::Bytes16);
  AskedFields asked_;
  KeySyntax syntax_;
  std::vector<Key> keys_;             // the first, of no text, stands for the beginning of a record; never moves
  std::vector<std::uint16_t> slots_;  // ids by hash, each in the first one that is free; 0: none. At most half are taken
  Key* previous_ = nullptr;
  Key unremembered_;
};

inline bool Key::matches(std::string_view inside, std::string_view in_prefix) const {
  const std::size_t size = quoted.size();
  if (inside.size() != size || prefix.size() != in_prefix.size()) return false;
  if ((base::load_le<std::uint64_t>(inside.data()) & mask_) != first_) return false;
  if (size > 8 && base::load_le<std::uint64_t>(inside.data() + size - 8) != last_) return false;
  if (size > 16 && std::memcmp(inside.data(), quoted.data(), size) != 0) return false;
  return prefix.empty() || prefix == in_prefix;
}

}  // namespace logmill::record
