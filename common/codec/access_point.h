// Places in a compressed file where decompression can begin: where a gzip member or zstd frame
// starts, and between the blocks of one.
//
// What is inside a member needs text before it, of gzip 32 KiB, of zstd what is referred to of the frame's window, and more
// (docs/formats/sidecar.md). Walking a file once finds the points; afterwards any part of it costs no more than the text between two of
// them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/format.h"

namespace logmill::codec {

struct AccessPoint {
  std::uint64_t raw_offset = 0;   // in the text
  std::uint64_t file_offset = 0;  // of the first byte that is not used up wholly
  // Of the byte before that one, how many of its upper bits are not used up: 0 to 7.
  std::uint8_t bits = 0;
  bool inside_member = false;
  // Of a point inside, what it takes to go on: of gzip the text before it, at most kWindowBytes; of zstd at most kZstdEntryBytesMax.
  std::string window;

  // Where reading has to begin.
  std::uint64_t feed_offset() const { return file_offset - (bits > 0 ? 1 : 0); }
};

inline constexpr std::size_t kWindowBytes = 32 << 10;
// Inside frames of larger windows (zstd --long) are no points.
inline constexpr std::size_t kZstdWindowBytesMax = 8 << 20;
inline constexpr std::size_t kZstdEntryBytesMax = kZstdWindowBytesMax + 1024;

// Decompresses from such a point on. Thread-compatible.
class PointedInflater {
 public:
  virtual ~PointedInflater() = default;

  // Takes bytes from the front of `in` and fills `out` from its front; returns how many it wrote.
  // It stops when one of the two is used up, or earlier. Fails with corrupt.
  virtual base::Result<std::size_t> inflate(std::string_view& in, std::span<char> out) = 0;
  // Whether the input may end here.
  virtual bool complete() const = 0;

  // Looks for other points from now on: where members begin, and inside of them `apart` bytes of text from the last one, or more. Costs a
  // little.
  virtual void find_points(std::uint64_t apart) = 0;
  // Of those passed since the last call the first one's place in the text is given first. Some may be left out where it is not called after
  // each `inflate`.
  std::optional<AccessPoint> take_point();

 protected:
  std::optional<AccessPoint> member_start_, inside_;
};

// Of gzip and zstd; nullptr for others. What is fed begins at start.feed_offset().
std::unique_ptr<PointedInflater> make_pointed_inflater(Container container, const AccessPoint& start);

}  // namespace logmill::codec
