#include "index/segment_stamp.h"

#include <algorithm>

#include "base/hash.h"
#include "index/index_format.h"

namespace logmill::index {
namespace {

// Without the extension of the last part.
std::string_view stem(std::string_view path) {
  const std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos || dot <= name ? path : path.substr(0, dot);
}

}  // namespace

base::Result<SegmentStamp> stamp_segment(sys::FileSystem& fs, const std::string& segment_path) {
  LOGMILL_ASSIGN_OR_RETURN(const auto file, fs.open(segment_path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, file->info());
  std::string tail(std::min<std::uint64_t>(info.size, kSegmentTailBytes), '\0');
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file->read_at(info.size - tail.size(), tail.data(), tail.size()));
  tail.resize(got);
  const std::string_view path = stem(segment_path);
  return SegmentStamp{.id = std::string(path.substr(path.rfind('/') + 1)), .bytes = info.size, .tail = base::xxh3_64(tail)};
}

std::string index_path(std::string_view segment_path) { return std::string(stem(segment_path)).append(kIndexSuffix); }

}  // namespace logmill::index
