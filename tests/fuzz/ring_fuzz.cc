// A ring's data damaged in any way: entries that lead out of it must be refused.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "transport/ring_entry.h"

using namespace logmill::transport;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kCapacity = 1024;
  alignas(16) char bytes[kCapacity] = {};
  for (const bool checks_bytes : {false, true}) {
    const RingData ring{bytes, kCapacity, checks_bytes};
    // Good entries first, so that damage has something to hit.
    std::uint64_t tail = 0;
    while (ring.contiguous(tail) > 128 || tail == 0) tail = write_ring_entry(ring, tail, RingKind::whole, "a message");
    // Each four bytes of input change one byte.
    for (std::size_t i = 0; i + 4 <= size; i += 4) {
      std::uint16_t offset;
      std::memcpy(&offset, data + i, sizeof offset);
      bytes[offset % kCapacity] ^= static_cast<char>(data[i + 2]);
    }
    std::uint64_t position = 0;
    while (auto piece = read_ring_entry(ring, position, tail)) {
      volatile char last = piece->bytes.empty() ? '\0' : piece->bytes.back();
      (void)last;
      if (piece->end <= position || piece->end > tail) __builtin_trap();
      position = piece->end;
    }
  }
  return 0;
}
