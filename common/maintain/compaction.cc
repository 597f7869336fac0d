#include "maintain/compaction.h"

#include <algorithm>
#include <map>

#include "store/store_layout.h"

namespace logmill::maintain {
namespace {

constexpr std::size_t kFanIn = 8;
constexpr std::uint64_t kLeastTierBytes = 1 << 10;  // hardly a segment is smaller
// Sources of one step: each is an open file and a footer in memory.
constexpr std::size_t kSourcesMax = 256;
// So long after the end of a day its writers have sealed and late records have come, mostly.
constexpr std::int64_t kDayEndsAfterNs = 3'600 * base::kNsPerSecond;

using Segments = std::vector<const SealedSegment*>;

unsigned tier_of(std::uint64_t bytes) {
  unsigned tier = 0;
  for (std::uint64_t size = kLeastTierBytes; bytes >= size; size *= kFanIn) ++tier;
  return tier;
}

// As many as one new segment may hold.
Segments take_while_they_fit(const Segments& from, const CompactionPolicy& policy) {
  Segments taken;
  std::uint64_t rows = 0, bytes = 0;
  for (const SealedSegment* segment : from) {
    if (taken.size() == kSourcesMax || rows + segment->rows > policy.rows_max || bytes + segment->bytes > policy.bytes_max) break;
    taken.push_back(segment);
    rows += segment->rows;
    bytes += segment->bytes;
  }
  return taken;
}

// Eight or more of the lowest tier that has so many.
Segments choose_by_tier(const Segments& small, const CompactionPolicy& policy) {
  std::map<unsigned, Segments> tiers;
  for (const SealedSegment* segment : small) tiers[tier_of(segment->bytes)].push_back(segment);
  for (const auto& [tier, members] : tiers) {
    if (members.size() < kFanIn) continue;
    Segments taken = take_while_they_fit(members, policy);
    if (taken.size() >= 2) return taken;
  }
  return {};
}

// The smallest ones, and each larger one as long as those before are at least half as large
// together.
Segments choose_for_good(Segments small, const CompactionPolicy& policy) {
  std::stable_sort(small.begin(), small.end(), [](const auto* a, const auto* b) { return a->bytes < b->bytes; });
  std::uint64_t sum = 0;
  std::size_t count = 0;
  for (const SealedSegment* segment : small) {
    if (count > 0 && segment->bytes > 2 * sum) break;
    sum += segment->bytes;
    ++count;
  }
  small.resize(count);
  return take_while_they_fit(small, policy);
}

}  // namespace

std::vector<CompactionStep> plan_compaction(const std::vector<SealedSegment>& segments, const CompactionPolicy& policy, base::TimeNs now) {
  std::map<std::string, Segments> folders;
  for (const SealedSegment& segment : segments) {
    const bool small = segment.rows <= policy.rows_max / 2 && segment.bytes <= policy.bytes_max / 2;
    if (small && segment.readable && !segment.cold) folders[segment.folder()].push_back(&segment);
  }
  const std::string today = store::partition_name(now - kDayEndsAfterNs);
  std::vector<CompactionStep> steps;
  for (const auto& [folder, small] : folders) {
    const bool over = folder.substr(folder.rfind('/') + 1) < today;
    Segments chosen = choose_by_tier(small, policy);
    if (chosen.empty() && over) chosen = choose_for_good(small, policy);
    if (chosen.size() < 2) continue;
    // Late records come to lie beside those of their time.
    std::stable_sort(chosen.begin(), chosen.end(), [](const auto* a, const auto* b) { return a->time_min < b->time_min; });
    CompactionStep& step = steps.emplace_back();
    for (const SealedSegment* segment : chosen) {
      step.paths.push_back(segment->path);
      step.rows += segment->rows;
      step.bytes += segment->bytes;
    }
  }
  return steps;
}

}  // namespace logmill::maintain
