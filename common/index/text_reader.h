// The text of a file, plain or compressed, from anywhere in it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "codec/access_point.h"
#include "sys/file_system.h"

namespace logmill::index {

class TextReader {
 public:
  // `file` must outlive the reader.
  TextReader(const sys::File& file, codec::Container container);

  // Goes on at `point`, whose raw_offset is the place.
  void enter(const codec::AccessPoint& point);
  // Reads on up to `raw_offset`, which must not lie before raw_offset().
  base::Status skip_to(std::uint64_t raw_offset);
  // Fills `to` from its front, or as much as there is up to a point; 0 at the end. Fails with
  // corrupt.
  base::Result<std::size_t> read(std::span<char> to);

  std::uint64_t raw_offset() const { return raw_offset_; }
  // Behind what was fetched: at the end of the text, the end of the file.
  std::uint64_t file_offset() const { return file_offset_; }
  // Of the file.
  std::uint64_t bytes_read() const { return bytes_read_; }
  // As codec::PointedInflater has it. `enter` ends it.
  void find_points(std::uint64_t apart);
  std::optional<codec::AccessPoint> take_point();

 private:
  const sys::File& file_;
  const codec::Container container_;
  std::unique_ptr<codec::PointedInflater> inflater_;
  std::string fetched_;
  std::string_view rest_;  // of fetched_
  std::uint64_t file_offset_ = 0, raw_offset_ = 0, bytes_read_ = 0;
};

}  // namespace logmill::index
