// What a store keeps. Whole segments go, the oldest first; live ones never.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "maintain/inventory.h"

namespace logmill::maintain {

// 0: no limit. A segment goes when any of these asks for it.
struct RetentionPolicy {
  std::int64_t keep_age_ns = 0;   // its newest record is older than this
  std::uint64_t keep_bytes = 0;   // the sealed segments together are larger
  std::uint64_t keep_count = 0;   // there are more sealed segments
  bool any() const { return keep_age_ns > 0 || keep_bytes > 0 || keep_count > 0; }
};

struct RetentionStep {
  SealedSegment segment;
  std::string reason;  // "older than 7d"
};

// What would go now, oldest first.
std::vector<RetentionStep> plan_retention(std::vector<SealedSegment> segments, const RetentionPolicy& policy,
                                          base::TimeNs now);

}  // namespace logmill::maintain
