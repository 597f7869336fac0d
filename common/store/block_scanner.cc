#include "store/block_scanner.h"

#include <algorithm>

#include "base/hash.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

constexpr std::uint64_t kSearchBytes = 1 << 20;

}  // namespace

base::Result<std::string> read_string_at(const sys::File& file, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(size, '\0');
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file.read_at(offset, bytes.data(), size));
  bytes.resize(got);
  return bytes;
}

BlockScanner::BlockScanner(const sys::File& file, Unsynced unsynced) : file_(file), unsynced_(unsynced), offset_(kSegmentHeaderBytes) {}

base::Result<std::optional<ScannedBlock>> BlockScanner::next() {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, file_.info());
  LOGMILL_ASSIGN_OR_RETURN(auto block, read_at(offset_, file.size));
  if (block) return std::optional(take(std::move(*block)));
  return read_behind_gap(file.size);
}

ScannedBlock BlockScanner::take(ScannedBlock block) {
  offset_ = block.info.offset + block.info.bytes;
  return block;
}

base::Result<std::optional<ScannedBlock>> BlockScanner::read_at(std::uint64_t offset, std::uint64_t file_bytes) {
  const std::optional<ScannedBlock> none;
  if (offset > file_bytes || file_bytes - offset < kBlockHeaderBytes) return none;
  LOGMILL_ASSIGN_OR_RETURN(std::string head, read_string_at(file_, offset, kBlockHeaderBytes));
  const auto header = parse_block_header(head);
  if (!header || header->block_bytes() > file_bytes - offset) return none;
  LOGMILL_ASSIGN_OR_RETURN(const std::string directory_bytes, read_string_at(file_, offset + kBlockHeaderBytes, header->directory_bytes));
  if (directory_bytes.size() != header->directory_bytes || !checksum_holds(head, directory_bytes)) return none;
  const auto directory = parse_directory(directory_bytes, *header);
  if (!directory && directory.error().code == base::ErrorCode::unsupported) return directory.error();
  if (!directory) return none;
  LOGMILL_ASSIGN_OR_RETURN(const bool hold, chunks_hold(*directory, offset + kBlockHeaderBytes + header->directory_bytes));
  if (!hold) return none;
  ScannedBlock block{.info = header->info(offset), .head = std::move(head)};
  block.head += directory_bytes;
  return std::optional(std::move(block));
}

base::Result<bool> BlockScanner::chunks_hold(const BlockDirectory& directory, std::uint64_t offset) {
  for (const ColumnEntry& column : directory.columns) {
    scratch_.resize(column.bytes);
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_.read_at(offset + column.offset, scratch_.data(), scratch_.size()));
    if (got != column.bytes || base::xxh3_64(scratch_) != column.checksum) return false;
  }
  return true;
}

base::Result<std::optional<ScannedBlock>> BlockScanner::read_behind_gap(std::uint64_t file_bytes) {
  for (std::uint64_t at = offset_ + 1; at + kBlockHeaderBytes <= file_bytes;) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string window, read_string_at(file_, at, kSearchBytes));
    const std::size_t found = window.find(kBlockMagic);
    if (found == std::string::npos) {
      if (window.size() < kSearchBytes) break;
      at += kSearchBytes - kBlockMagic.size();  // the magic may lie across the border
      continue;
    }
    at += found;
    LOGMILL_ASSIGN_OR_RETURN(auto block, read_at(at, file_bytes));
    if (block) {
      LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(block->head));
      const bool later_commit = header.commit_bytes < at - offset_;
      if (unsynced_ == Unsynced::possible && !later_commit) break;
      // A footer that was not finished holds heads of blocks; that of an empty one is a whole
      // block, and proves nothing.
      if (unsynced_ == Unsynced::possible && block->info.rows == 0) {
        ++at;
        continue;
      }
      ++damaged_blocks_;
      damaged_bytes_ += at - offset_;
      return std::optional(take(std::move(*block)));
    }
    ++at;
  }
  return std::optional<ScannedBlock>();
}

}  // namespace logmill::store
