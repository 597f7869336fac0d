// The index that lies beside a segment.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "index/index_reader.h"
#include "sys/file_system.h"

namespace logmill::index {

// Owns the bytes that its reader borrows.
class IndexFile {
 public:
  // Of a file by itself, whatever its segment. Fails as IndexReader::open does.
  static base::Result<std::unique_ptr<IndexFile>> open(sys::FileSystem& fs, const std::string& path);

  // The one of this segment. Fails with not_found if there is none, with invalid if it was made for
  // other bytes than the segment has now (stale), else as `open` does.
  static base::Result<std::unique_ptr<IndexFile>> open_beside(sys::FileSystem& fs, const std::string& segment_path);

  const IndexReader& reader() const { return reader_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  explicit IndexFile(IndexReader reader) : reader_(std::move(reader)) {}

  std::unique_ptr<sys::File> file_;       // keeps the map
  std::unique_ptr<std::string> content_;  // where there are no maps; its bytes stay when we move
  std::uint64_t bytes_ = 0;
  IndexReader reader_;
};

}  // namespace logmill::index
