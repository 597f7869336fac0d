// Rules of retention: which records are kept for how long, by a filter each.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "maintain/inventory.h"
#include "query/filter/filter.h"
#include "store/reader.h"
#include "sys/file_system.h"

namespace logmill::maintain {

// 'level=DEBUG:3d': matching records go after three days; 'audit=true:forever' keeps them.
struct KeepRule {
  std::string text;                             // as typed
  std::int64_t keep_ns = 0;                     // kKeepForever: no limit
  std::shared_ptr<const query::Filter> filter;  // shared by the copies of a policy
};
inline constexpr std::int64_t kKeepForever = INT64_MAX;

// Fails with what is wrong with it. A rule on times would decide differently each time it is asked:
// refused.
base::Result<KeepRule> parse_keep_rule(const std::string& text);

// What of a segment rules decide. Index `rules.size()` stands for the records that no rule matches.
struct RuleShare {
  std::vector<std::uint64_t> rows;
};

// Counts rows by rule, and remembers: the contents of a sealed file do not change.
// Thread-compatible.
class RuleCensus {
 public:
  RuleCensus(sys::FileSystem& fs, std::vector<KeepRule> rules) : fs_(fs), rules_(std::move(rules)) {}

  const std::vector<KeepRule>& rules() const { return rules_; }
  // The first rule that matches a record decides.
  base::Result<RuleShare> share_of(const SealedSegment& segment, base::Reporter& reporter);
  // Which rule decides each row of a block.
  base::Status decide(store::BlockReader& block, std::vector<std::uint8_t>& rule_of) const;

 private:
  sys::FileSystem& fs_;
  std::vector<KeepRule> rules_;
  std::map<std::string, RuleShare> known_;  // by path
};

}  // namespace logmill::maintain
