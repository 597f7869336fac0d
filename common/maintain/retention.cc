#include "maintain/retention.h"

#include <algorithm>

#include "text/units.h"

namespace logmill::maintain {

std::vector<RetentionStep> plan_retention(std::vector<SealedSegment> segments, const RetentionPolicy& policy,
                                          base::TimeNs now) {
  std::vector<RetentionStep> steps;
  std::stable_sort(segments.begin(), segments.end(), [](const SealedSegment& a, const SealedSegment& b) {
    return a.readable && b.readable && a.time_max < b.time_max;
  });
  std::uint64_t count = segments.size();
  std::uint64_t bytes = 0;
  for (const SealedSegment& segment : segments) bytes += segment.bytes;
  for (SealedSegment& segment : segments) {
    std::string reason;
    if (policy.keep_age_ns > 0 && segment.readable && segment.time_max < now - policy.keep_age_ns)
      reason = "older than " + text::format_duration(policy.keep_age_ns);
    else if (policy.keep_bytes > 0 && bytes > policy.keep_bytes)
      reason = "more than " + text::format_size(policy.keep_bytes);
    else if (policy.keep_count > 0 && count > policy.keep_count)
      reason = "more than " + text::format_count(policy.keep_count) + " segments";
    else
      continue;
    bytes -= segment.bytes;
    --count;
    steps.push_back({std::move(segment), std::move(reason)});
  }
  return steps;
}

}  // namespace logmill::maintain
