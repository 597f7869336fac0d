#include "store/open_segments.h"

#include <algorithm>
#include <set>

#include "base/clock.h"

namespace logmill::store {

std::vector<std::string> OpenSegments::choose(const std::vector<SegmentFile>& listed, base::TimeNs since, base::TimeNs until) {
  const bool bounded = since != INT64_MIN || until != INT64_MAX;
  std::vector<std::string> paths;
  std::set<std::string_view> there;
  const std::lock_guard lock(mutex_);
  for (const SegmentFile& segment : listed) {
    there.insert(segment.path);
    if (segment.sealed && bounded) {
      auto span = sealed_.find(segment.path);
      if (span == sealed_.end()) span = sealed_.emplace(segment.path, read_time_span(fs_, segment.path)).first;
      if (!span->second.meets(since, until)) continue;
    }
    paths.push_back(segment.path);
  }
  const auto gone = [&there](const auto& entry) { return !there.contains(entry.first); };
  std::erase_if(open_, gone);
  std::erase_if(sealed_, gone);
  return paths;
}

base::Result<std::shared_ptr<SegmentReader>> OpenSegments::open(const std::string& path) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = open_.find(path); known != open_.end()) {
      known->second.used_ns = base::system_clock().steady_ns();
      return known->second.reader;
    }
  }
  // Two who come at once both open it: waiting for a slow disk would hold up those who need nothing of it.
  LOGMILL_ASSIGN_OR_RETURN(std::shared_ptr<SegmentReader> reader, open_segment(fs_, path, reporter_));
  keep(path, reader);
  return reader;
}

base::Result<std::shared_ptr<SegmentReader>> OpenSegments::newest(const std::shared_ptr<SegmentReader>& reader) {
  LOGMILL_ASSIGN_OR_RETURN(std::shared_ptr<SegmentReader> refreshed, reader->refreshed());
  if (!refreshed) return reader;
  keep(refreshed->info().path, refreshed);
  return refreshed;
}

void OpenSegments::keep(const std::string& path, std::shared_ptr<SegmentReader> reader) {
  // It may have been sealed since it was listed.
  const std::string& now_at = reader->info().path;
  const std::lock_guard lock(mutex_);
  if (now_at != path) open_.erase(path);
  Entry& entry = open_[now_at];
  // Of two who took in more at a time, the one that saw more.
  if (!entry.reader || entry.reader->info().rows <= reader->info().rows) entry.reader = std::move(reader);
  entry.used_ns = base::system_clock().steady_ns();
  while (open_.size() > open_max_) open_.erase(std::ranges::min_element(open_, {}, [](const auto& one) { return one.second.used_ns; }));
}

void OpenSegments::close_idle(std::int64_t now_ns, std::int64_t idle_ns) {
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [&](const auto& entry) { return now_ns - entry.second.used_ns > idle_ns; });
}

std::size_t OpenSegments::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace logmill::store
