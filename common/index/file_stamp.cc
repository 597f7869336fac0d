#include "index/file_stamp.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "index/sidecar_format.h"

namespace logmill::index {
namespace {

base::Result<std::uint64_t> hash_at(const sys::File& file, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(size, '\0');
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file.read_at(offset, bytes.data(), bytes.size()));
  return base::xxh3_64(std::string_view(bytes).substr(0, got));
}

}  // namespace

base::Result<FileStamp> stamp_file(const sys::File& file, const sys::FileInfo& info) {
  FileStamp stamp{.bytes = info.size, .modified = info.modified, .device = info.device, .inode = info.inode};
  const std::uint64_t part = std::min<std::uint64_t>(info.size, kStampedBytes);
  LOGMILL_ASSIGN_OR_RETURN(stamp.head, hash_at(file, 0, part));
  LOGMILL_ASSIGN_OR_RETURN(stamp.tail, hash_at(file, info.size - part, part));
  return stamp;
}

Fit fit_of(const FileStamp& stamp, const sys::File& file, const sys::FileInfo& info) {
  if (info.size < stamp.bytes) return Fit::other;
  sys::FileInfo front = info;
  front.size = stamp.bytes;
  const auto now = stamp_file(file, front);
  if (!now || now->head != stamp.head || now->tail != stamp.tail) return Fit::other;
  if (info.size == stamp.bytes) return info.modified == stamp.modified ? Fit::same : Fit::other;
  return info.device == stamp.device && info.inode == stamp.inode ? Fit::grown : Fit::other;
}

}  // namespace logmill::index
