#include "index/index_writer.h"

#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "index/filter_group.h"
#include "index/index_format.h"

namespace logmill::index {

void IndexWriter::add_block(std::vector<std::uint64_t> keys, std::uint64_t block_bytes) {
  if (keys_.size() == kGroupBlocksMax || group_keys_ + keys.size() > kGroupKeysMax) finish_group();
  group_keys_ += keys.size();
  group_bytes_ += block_bytes;
  keys_.push_back(std::move(keys));
  ++blocks_;
}

void IndexWriter::finish_group() {
  if (keys_.empty()) return;
  const FilterShape shape = choose_shape(keys_, group_bytes_);
  const std::string filters = make_filters(shape, keys_);
  base::append_varint(directory_, shape.blocks);
  base::append_varint(directory_, shape.lanes);
  for (const auto& block : keys_) base::append_varint(directory_, block.size());
  for (std::size_t at = 0; at < filters.size(); at += kChunkBytes)
    base::append_le(directory_, base::xxh3_64(std::string_view(filters).substr(at, kChunkBytes)));
  filters_ += filters;
  ++groups_;
  keys_.clear();
  group_keys_ = 0;
  group_bytes_ = 0;
}

std::string IndexWriter::finish() {
  finish_group();
  std::string directory;
  base::append_string(directory, segment_.id);
  directory += directory_;

  std::string checked;  // the header from its version on, then the directory
  base::append_le(checked, kIndexVersion);
  base::append_le(checked, std::uint16_t{0});  // flags
  base::append_le(checked, static_cast<std::uint32_t>(directory.size()));
  base::append_le(checked, segment_.bytes);
  base::append_le(checked, segment_.tail);
  base::append_le(checked, static_cast<std::uint64_t>(filters_.size()));
  base::append_le(checked, blocks_);
  base::append_le(checked, groups_);
  base::append_le(checked, std::uint64_t{0});  // reserved
  checked += directory;

  std::string file(kIndexMagic);
  base::append_le(file, base::xxh3_64(checked));
  file.reserve(file.size() + checked.size() + filters_.size());
  file += checked;
  file += filters_;
  return file;
}

}  // namespace logmill::index
