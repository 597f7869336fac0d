#include "maintain/inventory.h"

#include <set>

#include "store/footer.h"
#include "store/frontier_table.h"
#include "store/packed_segment.h"
#include "store/reader.h"
#include "store/segment_list.h"
#include "store/segment_rewriter.h"
#include "store/store_layout.h"

namespace logmill::maintain {
base::Status keep_frontiers(sys::FileSystem& fs, const std::string& store, const std::vector<std::string>& paths,
                            base::Reporter& reporter) {
  store::FrontierTable table;
  LOGMILL_ASSIGN_OR_RETURN(const auto kept, store::read_frontiers_file(fs, store));
  table.advance_all(kept);
  for (const std::string& path : paths) {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, store::open_segment(fs, path, reporter));
    LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, segment->frontiers());
    table.advance_all(frontiers);
  }
  return store::replace_frontiers_file(fs, store, table.list());
}

base::Result<std::vector<SealedSegment>> Inventory::look() {
  LOGMILL_ASSIGN_OR_RETURN(const auto files, store::list_segment_files(fs_, store_));
  std::map<std::string, SealedSegment> seen;
  std::vector<SealedSegment> segments;
  for (const store::SegmentFile& file : files) {
    if (!file.sealed) continue;
    const auto known = known_.find(file.path);
    const auto& entry = seen.emplace(file.path, known != known_.end() ? known->second : examine(file.path)).first->second;
    segments.push_back(entry);
  }
  known_ = std::move(seen);
  return segments;
}

SealedSegment Inventory::examine(const std::string& path) {
  SealedSegment segment;
  segment.path = path;
  segment.cold = store::is_cold(store_, path);
  if (const auto info = fs_.info(path)) segment.bytes = info->size;
  const auto opened = store::open_segment_bytes(fs_, path);
  if (!opened) return segment;
  const auto info = opened->file->info();
  if (!info) return segment;
  if (const auto trailer = store::read_trailer(*opened->file, info->size)) {
    segment.rows = trailer->rows;
    segment.time_min = trailer->time_min;
    segment.time_max = trailer->time_max;
    segment.readable = true;
  }
  return segment;
}

base::Status remove_segments(sys::FileSystem& fs, const std::string& store, const std::vector<std::string>& paths,
                             base::Reporter& reporter) {
  if (paths.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(keep_frontiers(fs, store, paths, reporter));
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    LOGMILL_RETURN_IF_ERROR(store::remove_segment(fs, path, store::Evidence::remove));
    folders.insert(sys::parent(path));
  }
  for (const std::string& folder : folders) {
    LOGMILL_RETURN_IF_ERROR(fs.sync_directory(folder));
    const auto left = fs.list(folder);
    // Another writer may create a segment in it just now: then it is not empty, and stays.
    if (left && left->empty()) {
      [[maybe_unused]] const auto removed = fs.remove_directory(folder);
    }
  }
  return {};
}

}  // namespace logmill::maintain
