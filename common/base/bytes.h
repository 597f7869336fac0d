// Little-endian integers, varints, and bounded readers and writers over byte strings.
//
// Everything logmill writes to disk or wire is little-endian, on every machine.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace logmill::base {

template <std::integral T>
T load_le(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::big && sizeof(T) > 1) {
    T swapped = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) swapped = static_cast<T>((swapped << 8) | ((value >> (8 * i)) & 0xff));
    value = swapped;
  }
  return value;
}

template <std::integral T>
void store_le(void* to, T value) {
  if constexpr (std::endian::native == std::endian::big && sizeof(T) > 1) {
    auto* bytes = static_cast<unsigned char*>(to);
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> (8 * i));
  } else {
    std::memcpy(to, &value, sizeof value);
  }
}

template <std::integral T>
void append_le(std::string& out, T value) {
  char bytes[sizeof(T)];
  store_le(bytes, value);
  out.append(bytes, sizeof bytes);
}

// The same bytes? Without a call where there are at most sixteen, as of most names.
inline bool same_name(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const auto same = [&]<class Word>(Word, std::size_t at) { return load_le<Word>(a.data() + at) == load_le<Word>(b.data() + at); };
  if (size > 16) return a == b;
  if (size >= 8) return same(std::uint64_t{}, 0) && same(std::uint64_t{}, size - 8);
  if (size >= 4) return same(std::uint32_t{}, 0) && same(std::uint32_t{}, size - 4);
  return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

// LEB128: seven bits a byte, lowest first; at most ten bytes.
inline void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// Small magnitudes of either sign become small varints: 0, -1, 1, -2 … map to 0, 1, 2, 3 …
inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1); }

// Reads from bytes that may be hostile. The first read past the end sets `failed`; it and every
// later read return zero or empty. Check `failed()` once, after the last read.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <std::integral T>
  T read() {
    if (rest_.size() < sizeof(T)) return fail(), T{0};
    const T value = load_le<T>(rest_.data());
    rest_.remove_prefix(sizeof(T));
    return value;
  }

  std::uint64_t read_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return fail(), 0;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return fail(), 0;
  }

  // A view into the bytes given to the constructor.
  std::string_view read_bytes(std::uint64_t size) {
    if (rest_.size() < size) return fail(), std::string_view{};
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  // Length as varint, then that many bytes.
  std::string_view read_string() { return read_bytes(read_varint()); }

  std::size_t remaining() const { return rest_.size(); }
  bool failed() const { return failed_; }

 private:
  void fail() {
    failed_ = true;
    rest_ = {};
  }
  std::string_view rest_;
  bool failed_ = false;
};

inline void append_string(std::string& out, std::string_view bytes) {
  append_varint(out, bytes.size());
  out.append(bytes);
}

}  // namespace logmill::base
