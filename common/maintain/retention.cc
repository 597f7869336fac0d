#include "maintain/retention.h"

#include <algorithm>
#include <set>

#include "store/footer.h"
#include "store/frontier_table.h"
#include "store/reader.h"
#include "store/segment_list.h"
#include "store/store_layout.h"
#include "text/units.h"

namespace logmill::maintain {
namespace {

constexpr std::uint64_t kFrontiersBytesMax = 1 << 30;

struct Candidate {
  RetentionStep step;
  bool readable;  // its times are known
};

Candidate examine(sys::FileSystem& fs, const std::string& path) {
  Candidate candidate{{.path = path, .rows = 0, .bytes = 0, .time_max = 0, .reason = {}}, false};
  const auto file = fs.open(path, sys::OpenMode::read);
  if (!file) return candidate;
  if (const auto stat = (*file)->info()) candidate.step.bytes = stat->size;
  if (const auto trailer = store::read_trailer(**file, candidate.step.bytes)) {
    candidate.step.rows = trailer->rows;
    candidate.step.time_max = trailer->time_max;
    candidate.readable = true;
  }
  return candidate;
}

// Frontiers of what is to go, on top of those that earlier deletions left.
base::Status keep_frontiers(sys::FileSystem& fs, const std::string& store, const std::vector<RetentionStep>& steps,
                            base::Reporter& reporter) {
  const std::string path = sys::join(store, store::kFrontiersName);
  store::FrontierTable table;
  if (const auto content = fs.read_file(path, kFrontiersBytesMax)) {
    LOGMILL_ASSIGN_OR_RETURN(const auto kept, store::parse_frontiers_file(*content));
    table.advance_all(kept);
  } else if (content.error().code != base::ErrorCode::not_found) {
    return content.error();
  }
  for (const RetentionStep& step : steps) {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, store::open_segment(fs, step.path, reporter));
    LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, segment->frontiers());
    table.advance_all(frontiers);
  }
  return fs.replace_file(path, store::make_frontiers_file(table.list()));
}

// The segment itself goes last: what remains after a power cut is then still a segment that the next run deletes.
base::Status delete_segment(sys::FileSystem& fs, const std::string& path) {
  const std::string folder = sys::parent(path);
  LOGMILL_ASSIGN_OR_RETURN(const auto names, fs.list(folder));
  for (const std::string& name : names) {
    const std::string beside = sys::join(folder, name);
    if (beside != path && store::segment_id(name) == store::segment_id(path)) LOGMILL_RETURN_IF_ERROR(fs.remove(beside));
  }
  return fs.remove(path);
}

}  // namespace

base::Result<std::vector<RetentionStep>> plan_retention(sys::FileSystem& fs, const std::string& store,
                                                        const RetentionPolicy& policy, base::TimeNs now,
                                                        base::Reporter&) {
  std::vector<RetentionStep> steps;
  if (!policy.any()) return steps;
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, store::list_segment_files(fs, store));
  std::vector<Candidate> candidates;
  std::uint64_t bytes = 0;
  for (const store::SegmentFile& segment : segments) {
    if (!segment.sealed) continue;
    candidates.push_back(examine(fs, segment.path));
    bytes += candidates.back().step.bytes;
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.readable && b.readable && a.step.time_max < b.step.time_max;
  });
  std::uint64_t count = candidates.size();
  for (Candidate& candidate : candidates) {
    RetentionStep& step = candidate.step;
    if (policy.keep_age_ns > 0 && candidate.readable && step.time_max < now - policy.keep_age_ns)
      step.reason = "older than " + text::format_duration(policy.keep_age_ns);
    else if (policy.keep_bytes > 0 && bytes > policy.keep_bytes)
      step.reason = "more than " + text::format_size(policy.keep_bytes);
    else if (policy.keep_count > 0 && count > policy.keep_count)
      step.reason = "more than " + text::format_count(policy.keep_count) + " segments";
    else
      continue;
    bytes -= step.bytes;
    --count;
    steps.push_back(std::move(step));
  }
  return steps;
}

base::Status apply_retention(sys::FileSystem& fs, const std::string& store, const std::vector<RetentionStep>& steps,
                             const MaintenanceLock&, base::Reporter& reporter) {
  if (steps.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(keep_frontiers(fs, store, steps, reporter));
  std::set<std::string> folders;
  for (const RetentionStep& step : steps) {
    LOGMILL_RETURN_IF_ERROR(delete_segment(fs, step.path));
    folders.insert(sys::parent(step.path));
    reporter.info("deleted " + step.path + ": " + step.reason);
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
