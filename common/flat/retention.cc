#include "flat/retention.h"

#include "flat/rotated_file.h"
#include "text/units.h"

namespace logmill::flat {
namespace {

struct Totals {
  std::uint64_t bytes = 0, count = 0, free = 0;
};

// Empty: the file stays.
std::string reason_to_go(const Retention& keep, const Totals& totals, std::int64_t age_ns) {
  if (keep.keep_age_ns > 0 && age_ns > keep.keep_age_ns) return "older than " + text::format_duration(keep.keep_age_ns);
  if (keep.keep_bytes > 0 && totals.bytes > keep.keep_bytes) return "more than " + text::format_size(keep.keep_bytes);
  if (keep.keep_count > 0 && totals.count > keep.keep_count) return "more than " + text::format_count(keep.keep_count) + " files";
  if (keep.keep_free_bytes > 0 && totals.free < keep.keep_free_bytes)
    return "less than " + text::format_size(keep.keep_free_bytes) + " free";
  return {};
}

}  // namespace

base::Result<std::vector<RetentionStep>> plan_retention(sys::FileSystem& fs, const std::string& path, const Retention& keep,
                                                        base::TimeNs now) {
  std::vector<RetentionStep> files, steps;
  if (!keep.any()) return steps;
  Totals totals;
  LOGMILL_ASSIGN_OR_RETURN(const auto rotated, list_rotated(fs, path));
  for (const RotatedFile& file : rotated) {
    const auto info = fs.info(file.path);
    if (!info || file.unfinished) continue;
    files.push_back({.path = file.path, .bytes = info->size, .time = file.time, .reason = {}});
    totals.bytes += info->size;
    ++totals.count;
  }
  if (keep.keep_free_bytes > 0) {
    LOGMILL_ASSIGN_OR_RETURN(totals.free, fs.free_space(sys::parent(path)));
  }
  for (RetentionStep& file : files) {
    file.reason = reason_to_go(keep, totals, now - file.time);
    if (file.reason.empty()) continue;
    totals.bytes -= file.bytes;
    totals.free += file.bytes;
    --totals.count;
    steps.push_back(std::move(file));
  }
  return steps;
}

base::Status apply_retention(sys::FileSystem& fs, const std::vector<RetentionStep>& steps) {
  for (const RetentionStep& step : steps) LOGMILL_RETURN_IF_ERROR(fs.remove_if_there(step.path));
  return {};
}

}  // namespace logmill::flat
