#include "maintain/retention.h"

#include <algorithm>

#include "text/units.h"

namespace logmill::maintain {
namespace {

constexpr std::uint64_t kWorthRewriting = 4;  // a part of one in so many

// What rules and age say about one segment.
class RulesOfSegment {
 public:
  RulesOfSegment(const RetentionPolicy& policy, const SealedSegment& segment, base::TimeNs now)
      : policy_(policy), age_(segment.time_max < now ? now - segment.time_max : 0) {}

  bool due(std::size_t rule) const { return age_ > keep_ns(rule); }
  // Whether anything can be due at all.
  bool any_due() const {
    for (std::size_t rule = 0; rule <= policy_.rules.size(); ++rule)
      if (due(rule)) return true;
    return false;
  }
  bool long_due(std::size_t rule) const { return due(rule) && age_ / 2 > keep_ns(rule); }
  std::string name(std::size_t rule) const {
    if (rule < policy_.rules.size()) return policy_.rules[rule].text;
    return "older than " + text::format_duration(policy_.keep_age_ns);
  }

 private:
  std::int64_t keep_ns(std::size_t rule) const {
    if (rule < policy_.rules.size()) return policy_.rules[rule].keep_ns;
    return policy_.keep_age_ns > 0 ? policy_.keep_age_ns : kKeepForever;
  }

  const RetentionPolicy& policy_;
  std::int64_t age_;  // of its newest record
};

// Fills in what rules and age ask for; nothing due: no reason.
base::Status judge_by_rules(RetentionStep& step, const RetentionPolicy& policy, RuleCensus& census, base::TimeNs now,
                            base::Reporter& reporter) {
  const RulesOfSegment rules(policy, step.segment, now);
  if (!step.segment.readable || step.segment.rows == 0 || !rules.any_due()) return {};
  const auto share = census.share_of(step.segment, reporter);
  if (!share) {
    if (share.error().code != base::ErrorCode::corrupt) return share.error();
    reporter.warn("damaged_segment", share.error().what + ": no rule can be applied to its segment");
    return {};
  }
  bool worth_it = false;
  step.rows_by_rule.assign(share->rows.size(), 0);
  step.rules_due.assign(share->rows.size(), false);
  for (std::size_t rule = 0; rule < share->rows.size(); ++rule) {
    if (!rules.due(rule)) continue;
    step.rules_due[rule] = true;
    step.rows_by_rule[rule] = share->rows[rule];
    step.rows_due += share->rows[rule];
    worth_it = worth_it || (share->rows[rule] > 0 && rules.long_due(rule));
    if (share->rows[rule] > 0) step.reason += (step.reason.empty() ? "" : ", ") + rules.name(rule);
  }
  worth_it = worth_it || step.rows_due >= step.segment.rows / kWorthRewriting;
  if (!worth_it) step.rows_due = 0;
  if (step.rows_due == 0) step.reason.clear();
  step.bytes_due = static_cast<std::uint64_t>(static_cast<double>(step.segment.bytes) * static_cast<double>(step.rows_due) /
                                              static_cast<double>(step.segment.rows));
  return {};
}

struct Totals {
  std::uint64_t bytes = 0, count = 0, bytes_missing = 0;
};

// Why the segment goes as a whole, whatever rules say about its records; empty: it does not.
std::string limit_passed(const SealedSegment& segment, const RetentionPolicy& policy, const Totals& totals, base::TimeNs now) {
  if (policy.rules.empty() && policy.keep_age_ns > 0 && segment.readable && segment.time_max < now - policy.keep_age_ns)
    return "older than " + text::format_duration(policy.keep_age_ns);
  if (policy.keep_bytes > 0 && totals.bytes > policy.keep_bytes) return "more than " + text::format_size(policy.keep_bytes);
  if (policy.keep_count > 0 && totals.count > policy.keep_count) return "more than " + text::format_count(policy.keep_count) + " segments";
  if (totals.bytes_missing > 0)
    return "less than " +
           (policy.keep_free_percent > 0 ? std::to_string(policy.keep_free_percent) + "%" : text::format_size(policy.keep_free_bytes)) +
           " free";
  return {};
}

}  // namespace

base::Result<std::uint64_t> missing_space(sys::FileSystem& fs, const std::string& store, const RetentionPolicy& policy) {
  if (policy.keep_free_bytes == 0 && policy.keep_free_percent == 0) return std::uint64_t{0};
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t free, fs.free_space(store));
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t total, fs.total_space(store));
  const std::uint64_t wanted = std::max(policy.keep_free_bytes, total / 100 * policy.keep_free_percent);
  return wanted > free ? wanted - free : 0;
}

base::Result<std::vector<RetentionStep>> plan_retention(std::vector<SealedSegment> segments, const RetentionPolicy& policy,
                                                        std::uint64_t bytes_missing, RuleCensus& census, base::TimeNs now,
                                                        base::Reporter& reporter) {
  std::stable_sort(segments.begin(), segments.end(),
                   [](const SealedSegment& a, const SealedSegment& b) { return a.readable && b.readable && a.time_max < b.time_max; });
  Totals totals{.bytes = 0, .count = segments.size(), .bytes_missing = bytes_missing};
  for (const SealedSegment& segment : segments) totals.bytes += segment.bytes;
  std::vector<RetentionStep> steps;
  for (SealedSegment& segment : segments) {
    RetentionStep step;
    step.segment = std::move(segment);
    step.reason = limit_passed(step.segment, policy, totals, now);
    if (!step.reason.empty()) {
      step.rows_due = step.segment.rows;
      step.bytes_due = step.segment.bytes;
    } else if (!policy.rules.empty()) {
      LOGMILL_RETURN_IF_ERROR(judge_by_rules(step, policy, census, now, reporter));
    }
    if (step.reason.empty()) continue;
    totals.bytes -= step.bytes_due;
    totals.bytes_missing -= std::min(totals.bytes_missing, step.segment.cold ? 0 : step.bytes_due);
    if (step.whole()) --totals.count;
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace logmill::maintain
