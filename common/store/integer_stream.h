// Many 64-bit integers, small: distances from the least one (or from the one before), cut into byte
// planes, each plane a byte stream. Exact for all values: arithmetic is modulo 2^64.
//
//   integers(n) = nothing                                                     if n is 0
//               | 0x00 base:zigzag planes:u8 byte_stream(n){planes}           x[i] = base + d[i]
//               | 0x01 first:zigzag base:zigzag planes:u8 byte_stream(n-1){planes}
//                                                                   x[i] = x[i-1] + base + d[i]
//   Plane 0 holds the lowest byte of each d, plane 1 the next, at most 8; what is not stored is
//   zero.
//
// Planes were chosen over bit packing because the high ones are nearly constant and the low ones
// nearly random: zstd then spends its time where there is something to find.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/bytes.h"
#include "store/byte_stream.h"

namespace logmill::store {

class IntegerStreamWriter {
 public:
  explicit IntegerStreamWriter(ByteStreamWriter& bytes) : bytes_(bytes) {}
  void append(std::string& out, std::span<const std::int64_t> values);

 private:
  void append_planes(std::string& out, std::span<const std::uint64_t> distances, unsigned planes);

  ByteStreamWriter& bytes_;
  std::vector<std::uint64_t> distances_;
  std::string plane_;
};

// Fills `values`, whose size says how many there are. `arena` is scratch.
void read_integers(base::ByteReader& from, std::span<std::int64_t> values, base::Arena& arena, bool& failed);

// The same of numbers that are all less than `limit`, which is at most 65,536; `failed` where one is not.
void read_small_integers(base::ByteReader& from, std::span<std::uint16_t> values, std::size_t limit, base::Arena& arena, bool& failed);

// Whether `value` may be among `count` of them, which it passes over. Where they are distances from
// the least one, `true` is certain, and as few planes are decompressed as it takes to know.
bool may_hold_integer(base::ByteReader& from, std::size_t count, std::int64_t value, base::Arena& arena, bool& failed);

// Passes over `count` of them.
void skip_integers(base::ByteReader& from, std::size_t count, bool& failed);

}  // namespace logmill::store
