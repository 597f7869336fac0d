// The keys of a key file. Format: docs/formats/encrypted-file.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logmill::crypt {

using KeyBytes = std::array<std::uint8_t, 32>;
using KeyId = std::array<std::uint8_t, 8>;
using Salt = std::array<std::uint8_t, 16>;

struct Key {
  KeyId id;
  KeyBytes bytes;
};

// Wipes its keys from memory when it goes.
class KeyRing {
 public:
  KeyRing() = default;  // empty: opens nothing
  // `name` is for messages, which never hold a part of a key.
  static base::Result<KeyRing> parse(std::string_view text, const std::string& name);
  // Fails with invalid if others than the owner and the group may read the file.
  static base::Result<KeyRing> read(const std::string& path);
  ~KeyRing();
  KeyRing(KeyRing&&) = default;
  KeyRing& operator=(KeyRing&&) = default;

  bool empty() const { return keys_.empty(); }
  // The one that encrypts. Not of an empty ring.
  const Key& first() const { return keys_.front(); }
  // nullptr if it is not here.
  const Key* find(const KeyId& id) const;

 private:
  std::vector<Key> keys_;
};

// 32 bytes that depend on all three (HKDF-SHA256, RFC 5869).
KeyBytes derive(const KeyBytes& key, std::span<const std::uint8_t> salt, std::string_view purpose);

// For messages: "1f2e3d4c5b6a7988".
std::string to_text(const KeyId& id);

}  // namespace logmill::crypt
