#include "query/scan/index_pruner.h"

namespace logmill::query {

bool IndexPruner::may_match(const store::SegmentReader& segment, std::size_t block) {
  if (condition_.asks_nothing() || !segment.info().sealed) return true;
  auto known = masks_.find(segment.info().path);
  if (known == masks_.end()) known = masks_.emplace(segment.info().path, candidates(segment)).first;
  const index::BlockMask& mask = known->second;
  return block >= mask.size() || mask[block];
}

index::BlockMask IndexPruner::candidates(const store::SegmentReader& segment) const {
  const std::unique_ptr<index::IndexFile> index = open_index(segment);
  index::BlockMask mask(segment.blocks().size(), 1);
  const BlockKnowledge known{index ? &index->reader() : nullptr, &segment};
  if (const auto status = condition_.narrow(known, mask); !status)
    reporter_.warn("index", segment.info().path + ": " + status.error().what + "; reading more blocks");
  return mask;
}

std::unique_ptr<index::IndexFile> IndexPruner::open_index(const store::SegmentReader& segment) const {
  const std::string& path = segment.info().path;
  auto index = index::IndexFile::open_beside(fs_, path);
  if (!index) {
    if (index.error().code != base::ErrorCode::not_found) reporter_.warn("index", index.error().what + "; reading all blocks");
    return nullptr;
  }
  if ((*index)->reader().blocks() != segment.blocks().size()) {
    reporter_.warn("index", index::index_path(path) + ": has other blocks than its segment; reading all of them");
    return nullptr;
  }
  return *std::move(index);
}

}  // namespace logmill::query
