#include "maintain/keep_rules.h"

#include <algorithm>

#include "query/filter/field_names.h"
#include "query/scan/block_table.h"
#include "record/fields.h"
#include "text/units.h"

namespace logmill::maintain {
namespace {

// A rule is a byte in `decide`.
constexpr std::size_t kRulesMax = 250;

}  // namespace

base::Result<KeepRule> parse_keep_rule(const std::string& text) {
  const auto invalid = [&text](const std::string& why) { return base::Error{base::ErrorCode::invalid, "'" + text + "': " + why}; };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return invalid("expected FILTER:DURATION, as in level=DEBUG:3d");
  KeepRule rule;
  rule.text = text;
  const std::string duration = text.substr(colon + 1);
  if (duration == "forever") {
    rule.keep_ns = kKeepForever;
  } else {
    const auto parsed = text::parse_duration(duration);
    if (!parsed) return invalid(parsed.error().what);
    if (*parsed <= 0) return invalid("a duration of nothing");
    rule.keep_ns = *parsed;
  }
  auto filter = query::Filter::parse(text.substr(0, colon), {.now = 0, .utc = true});
  if (!filter) return invalid(filter.error().what);
  if (query::names_field(filter->expr(), record::kTimestamp)) return invalid("a rule cannot ask for times");
  rule.filter = std::make_shared<const query::Filter>(*std::move(filter));
  return rule;
}

base::Status RuleCensus::decide(store::BlockReader& block, std::vector<std::uint8_t>& rule_of) const {
  query::BlockTable table(block);
  rule_of.assign(block.info().rows, static_cast<std::uint8_t>(rules_.size()));
  query::Mask matches;
  for (std::size_t rule = std::min(rules_.size(), kRulesMax); rule-- > 0;) {
    LOGMILL_RETURN_IF_ERROR(rules_[rule].filter->select(table, matches));
    for (std::size_t row = 0; row < matches.size(); ++row)
      if (matches[row] != 0) rule_of[row] = static_cast<std::uint8_t>(rule);
  }
  return {};
}

base::Result<RuleShare> RuleCensus::share_of(const SealedSegment& segment, base::Reporter& reporter) {
  if (const auto known = known_.find(segment.path); known != known_.end()) return known->second;
  RuleShare share;
  share.rows.assign(rules_.size() + 1, 0);
  LOGMILL_ASSIGN_OR_RETURN(const auto reader, store::open_segment(fs_, segment.path, reporter));
  std::vector<std::uint8_t> rule_of;
  for (std::size_t i = 0; i < reader->blocks().size(); ++i) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, reader->read_block(i));
    LOGMILL_RETURN_IF_ERROR(decide(*block, rule_of));
    for (const std::uint8_t rule : rule_of) ++share.rows[rule];
  }
  return known_[segment.path] = std::move(share);
}

}  // namespace logmill::maintain
