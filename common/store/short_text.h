// Hashing and comparing of short texts, inline: field values are a few to a few dozen bytes long,
// and a call costs as much as the work.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "record/value.h"

namespace logmill::store {

// Texts of a column lie a record apart, which no processor foresees, and a block's do not fit into
// its nearer caches: whoever goes through them in order says what it wants soon.
inline constexpr std::size_t kPrefetchRows = 12;
// Always inline: a call of a function that does nothing but this is taken out by g++ as one without
// an effect.
[[gnu::always_inline]] inline void prefetch_text(std::span<const record::Value> values, std::size_t row) {
  if (row + kPrefetchRows >= values.size() || !values[row + kPrefetchRows].is_text()) return;
  const std::string_view text = values[row + kPrefetchRows].text();
  __builtin_prefetch(text.data());
  if (text.size() > 32) __builtin_prefetch(text.data() + 64);
}

// All of them are texts.
inline std::size_t text_bytes(std::span<const record::Value> values) {
  std::size_t bytes = 0;
  for (const record::Value& value : values) bytes += value.text().size();
  return bytes;
}

// Both halves of the 128-bit product, folded: every input bit reaches every output bit.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// In memory only: never on disk.
inline std::uint64_t hash_short(std::string_view text) {
  constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15u, kOdd2 = 0xc2b2ae3d27d4eb4fu, kOdd3 = 0x165667b19e3779f9u;
  const char* at = text.data();
  std::size_t size = text.size();
  std::uint64_t state = kOdd1 ^ size;
  for (; size > 16; at += 16, size -= 16)
    state = fold(base::load_le<std::uint64_t>(at) ^ kOdd2, base::load_le<std::uint64_t>(at + 8) ^ state);
  std::uint64_t first = 0, last = 0;
  if (size >= 8) {
    first = base::load_le<std::uint64_t>(at);
    last = base::load_le<std::uint64_t>(at + size - 8);
  } else if (size >= 4) {
    first = base::load_le<std::uint32_t>(at);
    last = base::load_le<std::uint32_t>(at + size - 4);
  } else if (size > 0) {
    first = static_cast<unsigned char>(at[0]) | static_cast<std::uint64_t>(static_cast<unsigned char>(at[size / 2])) << 8;
    last = static_cast<unsigned char>(at[size - 1]);
  }
  return fold(fold(first ^ kOdd3, last ^ state), kOdd2 ^ text.size());
}

inline bool same_text(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const char *p = a.data(), *q = b.data();
  if (size > 32) return std::memcmp(p, q, size) == 0;
  const auto differ = [&](std::size_t at) { return base::load_le<std::uint64_t>(p + at) ^ base::load_le<std::uint64_t>(q + at); };
  if (size > 16) return (differ(0) | differ(8) | differ(size - 16) | differ(size - 8)) == 0;
  if (size >= 8) return (differ(0) | differ(size - 8)) == 0;
  if (size >= 4)
    return base::load_le<std::uint32_t>(p) == base::load_le<std::uint32_t>(q) &&
           base::load_le<std::uint32_t>(p + size - 4) == base::load_le<std::uint32_t>(q + size - 4);
  return size == 0 || (p[0] == q[0] && p[size / 2] == q[size / 2] && p[size - 1] == q[size - 1]);
}

}  // namespace logmill::store
