// Places in a compressed file where decompression can begin: where a gzip member or zstd frame
// starts, and between the blocks of a gzip member.
//
// What is inside a member needs the 32 KiB of text before it ("window"). Walking a file once finds
// the points; afterwards any part of it costs no more than the text between two of them.
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
  std::string window;  // of a point inside; at most kWindowBytes

  // Where reading has to begin.
  std::uint64_t feed_offset() const { return file_offset - (bits > 0 ? 1 : 0); }
};

inline constexpr std::size_t kWindowBytes = 32 << 10;

// Decompresses from such a point on, and says where others are. Thread-compatible.
class PointedInflater {
 public:
  virtual ~PointedInflater() = default;

  // Takes bytes from the front of `in` and fills `out` from its front; returns how many it wrote.
  // It stops when one of the two is used up, or at a point. Fails with corrupt.
  virtual base::Result<std::size_t> inflate(std::string_view& in, std::span<char> out) = 0;
  // The point right behind what was inflated, if there is one.
  virtual std::optional<AccessPoint> point() = 0;
  // Whether the input may end here.
  virtual bool complete() const = 0;
};

// Of gzip and zstd; nullptr for others. What is fed begins at start.feed_offset().
std::unique_ptr<PointedInflater> make_pointed_inflater(Container container, const AccessPoint& start);

}  // namespace logmill::codec
