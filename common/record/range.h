// Where records come from: the provenance that delivery without loss or repeat is built on.
// The rules are in docs/formats/delivery.md.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace logmill::record {

// A stream is one sequence of input: a file's identity, a connection, a generator's run.
// All zero means that nobody named it: such records are never trimmed as repeats.
using StreamId = std::array<std::uint8_t, 16>;

// The input [from, to) of one epoch of a stream, which a batch *decides*: all records that came
// of it are in the batch, and input that yielded no record is decided too. Positions are byte
// offsets for files and sequence numbers for generators. A new epoch starts when positions start
// again (a truncated file).
struct Range {
  StreamId stream{};
  std::uint32_t epoch = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;

  bool named() const { return stream != StreamId{}; }
  friend bool operator==(const Range&, const Range&) = default;
};

}  // namespace logmill::record
