#include "index/index_file.h"

#include "index/segment_stamp.h"

namespace logmill::index {
namespace {

// Read only where there are no maps; an eighth of the largest segment that anyone makes.
constexpr std::uint64_t kReadBytesMax = std::uint64_t{1} << 30;

}  // namespace

base::Result<std::unique_ptr<IndexFile>> IndexFile::open(sys::FileSystem& fs, const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs.open(path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(std::string_view bytes, file->map());
  auto content = std::make_unique<std::string>();
  if (bytes.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(*content, fs.read_file(path, kReadBytesMax));
    bytes = *content;
  }
  auto reader = IndexReader::open(bytes);
  if (!reader) return std::move(reader).error().with_context(path);
  std::unique_ptr<IndexFile> index(new IndexFile(*std::move(reader)));
  index->file_ = std::move(file);
  index->content_ = std::move(content);
  index->bytes_ = bytes.size();
  return index;
}

base::Result<std::unique_ptr<IndexFile>> IndexFile::open_beside(sys::FileSystem& fs, const std::string& segment_path) {
  const std::string path = index_path(segment_path);
  LOGMILL_ASSIGN_OR_RETURN(auto index, open(fs, path));
  LOGMILL_ASSIGN_OR_RETURN(const SegmentStamp stamp, stamp_segment(fs, segment_path));
  if (index->reader().segment() != stamp) return base::Error{base::ErrorCode::invalid, path + ": stale: the segment has changed since"};
  return index;
}

}  // namespace logmill::index
