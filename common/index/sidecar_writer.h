// Writes the sidecar of a file. Layout: docs/formats/sidecar.md.
//
// What is added goes to the file as soon as it is known; the directory comes last. Memory: the keys
// of a group of spans, and some ten bytes a span.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "codec/access_point.h"
#include "index/file_stamp.h"
#include "index/sidecar_reader.h"
#include "sys/file_system.h"

namespace logmill::index {

class SidecarWriter {
 public:
  // Writes `path`.tmp; replaces `path` in `finish`. Without that the temporary file is removed.
  static base::Result<std::unique_ptr<SidecarWriter>> create(sys::FileSystem& fs, std::string path, codec::Container container);
  ~SidecarWriter();
  SidecarWriter(const SidecarWriter&) = delete;
  SidecarWriter& operator=(const SidecarWriter&) = delete;

  // Takes over what is known of the front of a file that has grown: all but the last group of
  // spans, where that is short. First of all.
  base::Status copy(const SidecarReader& old);
  base::Status add_span(const SidecarSpan& span, std::vector<std::uint64_t> keys);
  // In order of the text.
  base::Status add_point(const codec::AccessPoint& point);

  std::uint64_t raw_bytes() const { return raw_bytes_; }
  // Where the last one is in the text; 0 without any.
  std::uint64_t last_point() const { return last_point_; }
  std::uint64_t points() const { return points_; }

  base::Status finish(const FileStamp& stamp);

 private:
  SidecarWriter(sys::FileSystem& fs, std::string path, codec::Container container, std::unique_ptr<sys::File> file);
  base::Status append(std::string_view bytes);
  base::Status finish_group();

  sys::FileSystem& fs_;
  const std::string path_, temporary_;
  const codec::Container container_;
  std::unique_ptr<sys::File> file_;
  std::uint64_t offset_ = 0;
  std::string pending_;  // not written yet
  std::string spans_, groups_, points_text_;
  std::uint64_t span_count_ = 0, group_count_ = 0, points_ = 0;
  std::uint64_t raw_bytes_ = 0;
  std::uint64_t last_point_ = 0;
  std::vector<std::vector<std::uint64_t>> keys_;  // of the spans of this group
  std::uint64_t group_bytes_ = 0, group_keys_ = 0;
  bool finished_ = false;
};

}  // namespace logmill::index
