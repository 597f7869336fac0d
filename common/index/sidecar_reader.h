// What is known of a file by its sidecar. Layout: docs/formats/sidecar.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/access_point.h"
#include "index/file_stamp.h"
#include "index/filter_group.h"
#include "index/index_reader.h"
#include "sys/file_system.h"

namespace logmill::index {

struct SidecarSpan {
  std::uint64_t bytes = 0, lines = 0;
  bool opaque = false;  // its tokens do not tell
  struct Times {
    base::TimeNs min = 0, max = 0;
    bool year_guessed = false;  // of some: it is the one that was meant when the file was read
    bool may_be_within(base::TimeNs from, base::TimeNs to, base::TimeNs now) const;
    friend bool operator==(const Times&, const Times&) = default;
  };
  std::optional<Times> times = std::nullopt;  // nullopt: any

  friend bool operator==(const SidecarSpan&, const SidecarSpan&) = default;
};

// Immutable: may be used from several threads.
class SidecarReader {
 public:
  struct Group {
    FilterShape shape;  // its blocks are spans
    std::size_t first_span = 0;
    std::string_view checksums, filters;
  };
  struct Point {
    codec::AccessPoint at;  // without its window
    std::string_view window;
    std::uint64_t window_hash = 0;
    std::uint64_t window_bytes = 0;  // of zstd: unpacked
  };

  // `bytes` is the whole file, borrowed. Fails with corrupt, or unsupported for a version or flag
  // that is newer than ours.
  static base::Result<SidecarReader> open(std::string_view bytes);

  const FileStamp& stamp() const { return stamp_; }
  codec::Container container() const { return container_; }
  // Made before points inside zstd frames were known of: it holds, but one made now may serve better.
  bool outdated() const { return outdated_; }
  std::uint64_t raw_bytes() const { return raw_bytes_; }
  const std::vector<SidecarSpan>& spans() const { return spans_; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<Point>& points() const { return points_; }

  // Clears the flags of spans that do not hold the key, as IndexReader does. Spans that are opaque
  // are the caller's concern.
  base::Status narrow(std::uint64_t key, BlockMask& candidates) const;
  // Clears the flags of spans none of whose records has a time from `from` to `to`. `now` is the
  // moment that years which are not written are guessed by.
  void narrow_times(base::TimeNs from, base::TimeNs to, base::TimeNs now, BlockMask& candidates) const;
  // The last place at or before `raw_offset` where reading can begin; a damaged one is passed over.
  // None of those up to `behind` is given: then it is the start of the file.
  codec::AccessPoint point_before(std::uint64_t raw_offset, std::uint64_t behind = 0) const;
  // Its window, too; fails with corrupt.
  static base::Result<codec::AccessPoint> unpack(const Point& point);
  // Whether all checksums hold. Names the first that does not.
  base::Status verify() const;

 private:
  SidecarReader() = default;

  FileStamp stamp_;
  codec::Container container_ = codec::Container::none;
  bool outdated_ = false;
  std::uint64_t raw_bytes_ = 0;
  std::vector<SidecarSpan> spans_;
  std::vector<Group> groups_;
  std::vector<Point> points_;
};

// Owns the bytes that its reader borrows.
class Sidecar {
 public:
  static base::Result<std::unique_ptr<Sidecar>> open(sys::FileSystem& fs, const std::string& path);
  const SidecarReader& reader() const { return reader_; }
  std::uint64_t bytes() const { return bytes_; }
  const std::string& path() const { return path_; }

 private:
  Sidecar(SidecarReader reader, std::string path) : path_(std::move(path)), reader_(std::move(reader)) {}

  std::string path_;
  std::unique_ptr<sys::File> file_;       // keeps the map
  std::unique_ptr<std::string> content_;  // where there are no maps
  std::uint64_t bytes_ = 0;
  SidecarReader reader_;
};

}  // namespace logmill::index
