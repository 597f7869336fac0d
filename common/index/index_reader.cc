#include "index/index_reader.h"

#include <string>

#include "base/bytes.h"
#include "base/hash.h"
#include "index/index_format.h"

namespace logmill::index {
namespace {

using Group = IndexReader::Group;

base::Error corrupt(std::string what) { return {base::ErrorCode::corrupt, std::move(what)}; }

struct Header {
  std::uint64_t checksum = 0;
  std::uint16_t version = 0, flags = 0;
  std::uint32_t directory_bytes = 0;
  std::uint64_t segment_bytes = 0, segment_tail = 0;
  std::uint64_t filter_bytes = 0;
  std::uint32_t blocks = 0, groups = 0;
};

base::Result<Header> read_header(std::string_view bytes) {
  if (!bytes.starts_with(kIndexMagic)) return corrupt("not a token index");
  if (bytes.size() < kIndexHeaderBytes) return corrupt("index is cut within its header");
  base::ByteReader in(bytes.substr(kIndexMagic.size()));
  Header header;
  header.checksum = in.read<std::uint64_t>();
  header.version = in.read<std::uint16_t>();
  header.flags = in.read<std::uint16_t>();
  header.directory_bytes = in.read<std::uint32_t>();
  header.segment_bytes = in.read<std::uint64_t>();
  header.segment_tail = in.read<std::uint64_t>();
  header.filter_bytes = in.read<std::uint64_t>();
  header.blocks = in.read<std::uint32_t>();
  header.groups = in.read<std::uint32_t>();
  const std::uint64_t rest = bytes.size() - kIndexHeaderBytes;
  if (header.directory_bytes > rest || header.filter_bytes != rest - header.directory_bytes)
    return corrupt("index is not as long as it says");
  const std::string_view checked = bytes.substr(kUncheckedBytes, kIndexHeaderBytes - kUncheckedBytes + header.directory_bytes);
  if (base::xxh3_64(checked) != header.checksum) return corrupt("index header: checksum mismatch");
  if (header.version != kIndexVersion || header.flags != 0)
    return base::Error{base::ErrorCode::unsupported, "index version " + std::to_string(header.version) + " is not known"};
  return header;
}

// Advances `filters` beyond those of the group.
base::Result<Group> read_group(base::ByteReader& directory, std::string_view& filters, std::size_t first_block) {
  Group group;
  group.first_block = first_block;
  const std::uint64_t blocks = directory.read_varint();
  const std::uint64_t lanes = directory.read_varint();
  if (blocks == 0 || blocks > kGroupBlocksMax || lanes == 0 || lanes > kLanesMax) return corrupt("index directory: impossible filter");
  group.shape = {.blocks = static_cast<std::uint32_t>(blocks), .lanes = static_cast<std::uint32_t>(lanes)};
  for (std::uint64_t i = 0; i < blocks; ++i) group.keys.push_back(directory.read_varint());
  group.checksums = directory.read_bytes(group.shape.chunks() * sizeof(std::uint64_t));
  if (directory.failed() || group.shape.bytes() > filters.size()) return corrupt("index directory: ends early");
  group.filters = filters.substr(0, group.shape.bytes());
  filters.remove_prefix(group.filters.size());
  return group;
}

bool chunk_holds(const Group& group, std::size_t chunk) {
  const std::string_view bytes = group.filters.substr(chunk * kChunkBytes, kChunkBytes);
  return base::xxh3_64(bytes) == base::load_le<std::uint64_t>(group.checksums.data() + chunk * sizeof(std::uint64_t));
}

base::Status check_chunks(const Group& group, std::size_t first, std::size_t last) {
  for (std::size_t chunk = first; chunk <= last; ++chunk)
    if (!chunk_holds(group, chunk))
      return corrupt("index of blocks " + std::to_string(group.first_block) + " to " +
                     std::to_string(group.first_block + group.shape.blocks - 1) + ", chunk " + std::to_string(chunk) +
                     ": checksum mismatch");
  return {};
}

}  // namespace

base::Result<IndexReader> IndexReader::open(std::string_view bytes) {
  LOGMILL_ASSIGN_OR_RETURN(const Header header, read_header(bytes));
  base::ByteReader directory(bytes.substr(kIndexHeaderBytes, header.directory_bytes));
  std::string_view filters = bytes.substr(kIndexHeaderBytes + header.directory_bytes);
  IndexReader reader;
  reader.segment_ = {.id = std::string(directory.read_string()), .bytes = header.segment_bytes, .tail = header.segment_tail};
  for (std::uint32_t i = 0; i < header.groups; ++i) {
    LOGMILL_ASSIGN_OR_RETURN(Group group, read_group(directory, filters, reader.blocks_));
    reader.blocks_ += group.shape.blocks;
    reader.groups_.push_back(std::move(group));
  }
  if (directory.failed() || directory.remaining() != 0 || !filters.empty() || reader.blocks_ != header.blocks)
    return corrupt("index directory: parts do not add up");
  return reader;
}

base::Status IndexReader::narrow(std::uint64_t key, BlockMask& candidates) const {
  base::Status status;
  for (const Group& group : groups_) {
    const std::uint64_t offset = group.shape.lane_offset(key);
    const std::uint64_t end = offset + group.shape.lane_bytes();
    auto sound = check_chunks(group, offset / kChunkBytes, (end - 1) / kChunkBytes);
    if (!sound) {
      status = std::move(sound);
      continue;
    }
    base::narrow_by_lane(group.filters.substr(offset, group.shape.lane_bytes()), key,
                         std::span(candidates).subspan(group.first_block, group.shape.blocks));
  }
  return status;
}

base::Status IndexReader::verify() const {
  for (const Group& group : groups_) LOGMILL_RETURN_IF_ERROR(check_chunks(group, 0, group.shape.chunks() - 1));
  return {};
}

}  // namespace logmill::index
