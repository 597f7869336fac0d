#include "query/index_pruner.h"

#include "index/index_file.h"

namespace logmill::query {

bool IndexPruner::may_match(const store::SegmentReader& segment, std::size_t block) {
  if (condition_.asks_nothing() || !segment.info().sealed) return true;
  auto known = masks_.find(segment.info().path);
  if (known == masks_.end())
    known = masks_.emplace(segment.info().path, candidates(segment)).first;
  const index::BlockMask& mask = known->second;
  return block >= mask.size() || mask[block];
}

index::BlockMask IndexPruner::candidates(const store::SegmentReader& segment) const {
  const std::string& path = segment.info().path;
  const auto index = index::IndexFile::open_beside(fs_, path);
  if (!index) {
    if (index.error().code != base::ErrorCode::not_found)
      reporter_.warn("index", index.error().what + "; reading all blocks");
    return {};
  }
  if ((*index)->reader().blocks() != segment.blocks().size()) {
    reporter_.warn("index", index::index_path(path) + ": has other blocks than its segment; reading all of them");
    return {};
  }
  index::BlockMask mask(segment.blocks().size(), 1);
  if (const auto status = condition_.narrow((*index)->reader(), mask); !status)
    reporter_.warn("index", index::index_path(path) + ": " + status.error().what + "; reading more blocks");
  return mask;
}

}  // namespace logmill::query
