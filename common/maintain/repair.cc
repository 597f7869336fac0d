#include "maintain/repair.h"

#include "store/segment_list.h"
#include "store/segment_rewriter.h"
#include "store/store_layout.h"

namespace logmill::maintain {
namespace {

constexpr std::size_t kCopyBytes = 1 << 20;

// Passes on what is lost, and counts it.
class CountingReporter final : public base::Reporter {
 public:
  explicit CountingReporter(base::Reporter& to) : to_(to) {}
  void warn(std::string_view kind, std::string_view text) override {
    columns_lost += kind == "salvage";
    to_.warn(kind, text);
  }
  void info(std::string_view text) override { to_.info(text); }
  std::uint64_t columns_lost = 0;

 private:
  base::Reporter& to_;
};

base::Result<bool> is_damaged(sys::FileSystem& fs, const std::string& path) {
  const auto segment = store::open_segment(fs, path, base::null_reporter());
  if (!segment) {
    if (segment.error().code == base::ErrorCode::corrupt) return true;
    return segment.error();
  }
  if ((*segment)->info().damaged_blocks > 0) return true;
  for (std::size_t i = 0; i < (*segment)->blocks().size(); ++i) {
    const auto block = (*segment)->read_block(i);
    if (!block || !(*block)->verify()) return true;
  }
  return false;
}

// A copy: the original must stand until the new segment does. Left over from a crash it is written
// again.
base::Status copy_aside(sys::FileSystem& fs, const std::string& from, const std::string& to) {
  LOGMILL_RETURN_IF_ERROR(fs.remove_if_there(to));
  LOGMILL_ASSIGN_OR_RETURN(const auto source, fs.open(from, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const auto copy, fs.open(to, sys::OpenMode::create));
  std::string bytes(kCopyBytes, '\0');
  for (std::uint64_t at = 0;;) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, source->read_at(at, bytes.data(), bytes.size()));
    if (got == 0) break;
    LOGMILL_RETURN_IF_ERROR(copy->append(std::string_view(bytes).substr(0, got)));
    at += got;
  }
  LOGMILL_RETURN_IF_ERROR(copy->sync());
  return fs.sync_directory(sys::parent(to));
}

base::Result<RepairedSegment> repair_segment(sys::FileSystem& fs, const std::string& path, int zstd_level, base::Reporter& reporter) {
  RepairedSegment repaired{.path = path, .kept_as = store::with_suffix(path, store::kDamagedSuffix)};
  LOGMILL_RETURN_IF_ERROR(copy_aside(fs, path, repaired.kept_as));
  CountingReporter counting(reporter);
  if (const auto segment = store::open_segment(fs, path, base::null_reporter())) repaired.gaps = (*segment)->info().damaged_blocks;
  store::RewriteOptions options;
  options.zstd_level = zstd_level;
  options.salvage = true;
  const auto rewritten = store::rewrite_segments(fs, {path}, options, counting);
  if (!rewritten && rewritten.error().code != base::ErrorCode::corrupt) return rewritten.error();
  if (!rewritten || rewritten->path.empty()) {
    reporter.warn("salvage", path + ": nothing of it can be read");
    LOGMILL_RETURN_IF_ERROR(fs.remove(repaired.kept_as));
    repaired.kept_as.clear();
    return repaired;
  }
  repaired.rows = rewritten->rows_after;
  repaired.columns_lost = counting.columns_lost;
  return repaired;
}

}  // namespace

base::Result<RepairResult> repair_store(sys::FileSystem& fs, const std::string& store, const MaintenanceLock&, int zstd_level,
                                        base::Reporter& reporter) {
  RepairResult result;
  LOGMILL_RETURN_IF_ERROR(store::finish_rewrites(fs, store));
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, store::list_segment_files(fs, store));
  for (const store::SegmentFile& segment : segments) {
    if (!segment.sealed) continue;
    ++result.segments_checked;
    LOGMILL_ASSIGN_OR_RETURN(const bool damaged, is_damaged(fs, segment.path));
    if (!damaged) continue;
    LOGMILL_ASSIGN_OR_RETURN(auto repaired, repair_segment(fs, segment.path, zstd_level, reporter));
    result.repaired.push_back(std::move(repaired));
  }
  return result;
}

}  // namespace logmill::maintain
