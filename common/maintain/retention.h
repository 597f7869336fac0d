// What a store keeps. Whole segments go, the oldest first, live ones never; rules may take a part
// of a segment's records, which is then written anew.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "maintain/inventory.h"
#include "maintain/keep_rules.h"

namespace logmill::maintain {

// 0: no limit. A segment goes when any of these asks for it.
struct RetentionPolicy {
  std::int64_t keep_age_ns = 0;       // its newest record is older than this; with rules: those that no rule matches
  std::uint64_t keep_bytes = 0;       // the sealed segments together are larger
  std::uint64_t keep_count = 0;       // there are more sealed segments
  std::uint64_t keep_free_bytes = 0;  // the file system has less free space
  unsigned keep_free_percent = 0;     // the same, of its size
  std::vector<KeepRule> rules = {};   // the first that matches a record decides for how long it is kept
  bool any() const {
    return keep_age_ns > 0 || keep_bytes > 0 || keep_count > 0 || keep_free_bytes > 0 || keep_free_percent > 0 || !rules.empty();
  }
};

struct RetentionStep {
  SealedSegment segment;
  std::uint64_t rows_due = 0, bytes_due = 0;  // of a part: bytes by its share of the rows
  std::string reason;                         // "older than 7d"
  std::vector<std::uint64_t> rows_by_rule;    // due, as in RuleShare; empty: no rule asked
  std::vector<bool> rules_due;                // the same, by rule
  bool whole() const { return rows_due == segment.rows; }
};

// How much is missing of the free space that is to be kept. Fails as the file system does.
base::Result<std::uint64_t> missing_space(sys::FileSystem& fs, const std::string& store, const RetentionPolicy& policy);

// What would go now, oldest first. Records of a rule are due when the newest of their segment is as
// old as the rule says. A segment that is not due as a whole is written anew when a quarter of its
// records is due, or those that are have been for as long again: so for each rule a segment is
// written at most once more, and mostly for a quarter or more of its size.
base::Result<std::vector<RetentionStep>> plan_retention(std::vector<SealedSegment> segments, const RetentionPolicy& policy,
                                                        std::uint64_t bytes_missing, RuleCensus& census, base::TimeNs now,
                                                        base::Reporter& reporter);

}  // namespace logmill::maintain
