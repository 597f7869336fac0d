#include "transport/ring_entry.h"

#include <cstring>
#include <string>

#include "base/hash.h"

namespace logmill::transport {
namespace {

std::uint64_t check_of(const RingData& data, std::uint64_t position, const RingEntry& entry, std::string_view bytes) {
  const std::uint64_t seed = position ^ (std::uint64_t{entry.size} << 32) ^ entry.kind;
  return base::xxh3_64(data.checks_bytes ? bytes : std::string_view{}, seed);
}

base::Error corrupt(std::uint64_t position, std::string_view why) {
  return {base::ErrorCode::corrupt, "entry at " + std::to_string(position) + ": " + std::string(why)};
}

}  // namespace

std::uint64_t finish_ring_entry(const RingData& data, std::uint64_t position, RingKind kind, std::size_t size) {
  RingEntry entry{static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(kind), 0};
  char* to = data.bytes + data.offset(position);
  entry.check = check_of(data, position, entry, {to + sizeof entry, size});
  std::memcpy(to, &entry, sizeof entry);
  return position + ring_entry_bytes(size);
}

std::uint64_t write_ring_entry(const RingData& data, std::uint64_t position, RingKind kind, std::string_view bytes) {
  std::memcpy(ring_entry_room(data, position).data(), bytes.data(), bytes.size());
  return finish_ring_entry(data, position, kind, bytes.size());
}

std::uint64_t write_ring_padding(const RingData& data, std::uint64_t position) {
  const std::uint64_t size = data.contiguous(position) - sizeof(RingEntry);
  RingEntry entry{static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(RingKind::padding), 0};
  // What the padding skips is not covered: it would be read for nothing.
  entry.check = check_of(data, position, entry, {});
  std::memcpy(data.bytes + data.offset(position), &entry, sizeof entry);
  return position + data.contiguous(position);
}

base::Result<RingPiece> read_ring_entry(const RingData& data, std::uint64_t position, std::uint64_t tail) {
  if (position % kRingAlign != 0 || tail < position || tail - position < sizeof(RingEntry))
    return corrupt(position, "outside of what was written");
  const char* from = data.bytes + data.offset(position);
  RingEntry entry;
  std::memcpy(&entry, from, sizeof entry);
  const std::uint64_t size = ring_entry_bytes(entry.size);
  if (size > tail - position || size > data.contiguous(position)) return corrupt(position, "too long");
  if (entry.kind > static_cast<std::uint32_t>(RingKind::last)) return corrupt(position, "unknown kind");
  const auto kind = static_cast<RingKind>(entry.kind);
  const std::string_view bytes = kind == RingKind::padding ? std::string_view{} : std::string_view(from + sizeof entry, entry.size);
  if (check_of(data, position, entry, bytes) != entry.check) return corrupt(position, "wrong check");
  return RingPiece{kind, bytes, position + size};
}

}  // namespace logmill::transport
