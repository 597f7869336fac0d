// The entries in a ring's data: how a message lies in memory, apart from who waits for whom.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "transport/ring_format.h"

namespace logmill::transport {

// The data part of a ring, or an array in a test.
struct RingData {
  char* bytes;
  std::uint64_t capacity;
  bool checks_bytes;  // kRingChecksBytes

  std::uint64_t offset(std::uint64_t position) const { return position % capacity; }
  // Bytes from there to the end of the data.
  std::uint64_t contiguous(std::uint64_t position) const { return capacity - offset(position); }
};

constexpr std::uint64_t ring_entry_bytes(std::uint64_t message_bytes) {
  return (sizeof(RingEntry) + message_bytes + kRingAlign - 1) / kRingAlign * kRingAlign;
}
// Longer messages are cut, so that a writer never waits for more than a part of the ring to be
// free.
constexpr std::uint64_t ring_piece_bytes_max(std::uint64_t capacity) {
  constexpr std::uint64_t kPieceBytesMax = 64 << 20;  // keeps sizes, also of padding, within 32 bits
  return std::min(capacity / 4, kPieceBytesMax) - sizeof(RingEntry);
}

// Where the bytes of an entry at `position` lie: at most this many fit there in one piece.
inline std::span<char> ring_entry_room(const RingData& data, std::uint64_t position) {
  return {data.bytes + data.offset(position) + sizeof(RingEntry), data.contiguous(position) - sizeof(RingEntry)};
}
// Makes an entry of bytes that lie where its bytes belong; returns the position after it.
std::uint64_t finish_ring_entry(const RingData& data, std::uint64_t position, RingKind kind, std::size_t size);
// Writes an entry, which must fit the contiguous bytes at `position`; returns the position after
// it.
std::uint64_t write_ring_entry(const RingData& data, std::uint64_t position, RingKind kind, std::string_view bytes);
// Fills the contiguous bytes at `position`; returns the position after them.
std::uint64_t write_ring_padding(const RingData& data, std::uint64_t position);

struct RingPiece {
  RingKind kind = RingKind::padding;
  std::string_view bytes;  // in the ring
  std::uint64_t end = 0;   // position after the entry
};
// The entry at `position`, where `tail` is the end of what was published. Fails with corrupt.
base::Result<RingPiece> read_ring_entry(const RingData& data, std::uint64_t position, std::uint64_t tail);

}  // namespace logmill::transport
