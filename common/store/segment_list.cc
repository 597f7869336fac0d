#include "store/segment_list.h"

#include <map>

#include "store/footer.h"
#include "store/frontier_table.h"
#include "store/reader.h"
#include "store/segment_format.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// Reading a folder is not atomic: a segment sealed meanwhile may show up under both names, or under none. Two equal
// listings in a row are taken; a store that changes faster than that is listed as it was last seen.
constexpr int kListingsMax = 5;

constexpr std::uint64_t kFrontiersBytesMax = 1 << 30;

bool operator==(const PartitionFile& a, const PartitionFile& b) {
  return a.partition == b.partition && a.name == b.name;
}

base::Result<std::vector<PartitionFile>> list_settled(sys::FileSystem& fs, const std::string& store) {
  LOGMILL_ASSIGN_OR_RETURN(auto files, list_partition_files(fs, store));
  for (int listing = 1; listing < kListingsMax; ++listing) {
    LOGMILL_ASSIGN_OR_RETURN(auto again, list_partition_files(fs, store));
    const bool settled = std::equal(files.begin(), files.end(), again.begin(), again.end(),
                                    [](const auto& a, const auto& b) { return a == b; });
    files = std::move(again);
    if (settled) break;
  }
  return files;
}

// Whether a sealed segment may hold such times. In doubt it may: opening it will tell what is wrong.
bool may_hold(sys::FileSystem& fs, const std::string& path, base::TimeNs since, base::TimeNs until) {
  const auto file = fs.open(path, sys::OpenMode::read);
  if (!file) return true;
  const auto stat = (*file)->info();
  if (!stat) return true;
  const auto trailer = read_trailer(**file, stat->size);
  return !trailer || (trailer->rows > 0 && trailer->time_max >= since && trailer->time_min <= until);
}

}  // namespace

base::Result<std::vector<SegmentFile>> list_segment_files(sys::FileSystem& fs, const std::string& store) {
  LOGMILL_ASSIGN_OR_RETURN(const auto files, list_settled(fs, store));
  // By folder and id: a sealed file replaces the live one.
  std::map<std::string, bool> sealed_by_stem;
  for (const PartitionFile& file : files) {
    const bool sealed = file.name.ends_with(kSealedSuffix);
    if (!sealed && !file.name.ends_with(kLiveSuffix)) continue;
    bool& known_sealed = sealed_by_stem[sys::join(file.partition, segment_id(file.name))];
    known_sealed = known_sealed || sealed;
  }
  std::vector<SegmentFile> segments;
  for (const auto& [stem, sealed] : sealed_by_stem)
    segments.push_back({sys::join(store, stem) + std::string(sealed ? kSealedSuffix : kLiveSuffix), sealed});
  return segments;
}

base::Result<std::vector<std::string>> list_segments(sys::FileSystem& fs, const std::string& store,
                                                     base::TimeNs since, base::TimeNs until) {
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, list_segment_files(fs, store));
  const bool bounded = since != INT64_MIN || until != INT64_MAX;
  std::vector<std::string> paths;
  for (const SegmentFile& segment : segments)
    if (!segment.sealed || !bounded || may_hold(fs, segment.path, since, until)) paths.push_back(segment.path);
  return paths;
}

base::Result<std::vector<Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& store,
                                                   base::Reporter& reporter) {
  FrontierTable table;
  // First the segments: what is deleted after this listing has its frontiers in the file by then.
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, list_segment_files(fs, store));
  for (const SegmentFile& segment : segments) {
    const auto reader = open_segment(fs, segment.path, reporter);
    if (!reader) {
      if (reader.error().code == base::ErrorCode::not_found) continue;
      if (reader.error().code != base::ErrorCode::corrupt) return reader.error();
      reporter.warn("damaged_segment", reader.error().what);
      continue;
    }
    LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, (*reader)->frontiers());
    table.advance_all(frontiers);
  }
  const auto content = fs.read_file(sys::join(store, kFrontiersName), kFrontiersBytesMax);
  if (!content) {
    if (content.error().code != base::ErrorCode::not_found) return content.error();
    return table.list();
  }
  auto kept = parse_frontiers_file(*content);
  if (!kept) return std::move(kept).error().with_context(sys::join(store, kFrontiersName));
  table.advance_all(*kept);
  return table.list();
}

}  // namespace logmill::store
