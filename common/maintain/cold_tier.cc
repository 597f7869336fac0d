#include "maintain/cold_tier.h"

#include <algorithm>

#include "store/store_layout.h"

namespace logmill::maintain {

base::Status attach_cold_tier(sys::FileSystem& fs, const std::string& store, const std::string& folder) {
  LOGMILL_RETURN_IF_ERROR(store::check_cold_tier(fs, store));
  const std::string link = sys::join(store, store::kColdName);
  if (const auto linked = fs.info(link)) {
    const auto named = fs.info(folder);
    if (named && named->device == linked->device && named->inode == linked->inode) return {};
    return base::Error{base::ErrorCode::invalid, link + ": leads to another folder than " + folder};
  }
  // The link must never lead to a folder that a power cut took back.
  LOGMILL_RETURN_IF_ERROR(fs.make_durable_directories(folder));
  LOGMILL_RETURN_IF_ERROR(fs.replace_file(sys::join(folder, store::kColdMarkName), "The cold tier of a logmill store.\n"));
  LOGMILL_RETURN_IF_ERROR(fs.link_directory(folder, link));
  return fs.sync_directory(store);
}

std::vector<SealedSegment> plan_cooling(const std::vector<SealedSegment>& segments, const ColdPolicy& policy, base::TimeNs now) {
  std::vector<SealedSegment> due;
  if (policy.after_ns <= 0) return due;
  for (const SealedSegment& segment : segments)
    if (!segment.cold && segment.readable && segment.time_max < now - policy.after_ns) due.push_back(segment);
  std::stable_sort(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.time_max < b.time_max; });
  return due;
}

std::string cold_folder_of(const std::string& store, const std::string& path) {
  const std::string folder = sys::parent(path);
  return sys::join(sys::join(store, store::kColdName), folder.substr(folder.rfind('/') + 1));
}

}  // namespace logmill::maintain
