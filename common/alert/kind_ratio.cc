// What one query counts, as a share of what another does.
#include <map>

#include "alert/memory.h"

namespace logmill::alert {
namespace {

void read_ratio(TableReader& reader, Rule& rule) {
  read_bounds(reader, rule);
  reader.take("per", rule.per);
  if (rule.per.empty()) reader.refuse("per", "needs per = QUERY, of which 'query' is a share");
  reader.take("least", rule.least);
}

void judge_ratio(const Rule& rule, const Tick& tick, Memory&, std::vector<Verdict>& verdicts) {
  std::map<std::string, const Sample*> part;
  for (const Sample& sample : tick.values) part[sample.key] = &sample;
  // Each series of the whole; a whole without labels is that of every part.
  const bool one_whole = tick.per.size() == 1 && tick.per.front().labels.empty();
  const auto judge = [&](const std::string& key, const Labels& labels, double value, double whole) {
    if (whole < rule.least.value_or(1) || whole == 0) return;
    BoundCheck check = check_bounds(rule, value / whole, format_share);
    verdicts.push_back({key, labels, value / whole, check.bad, format_value(value) + " of " + format_value(whole) + ": " + check.text});
  };
  if (one_whole) {
    for (const auto& [key, sample] : part) judge(key, sample->labels, sample->value, tick.per.front().value);
    return;
  }
  for (const Sample& whole : tick.per) {
    const auto found = part.find(whole.key);
    judge(whole.key, whole.labels, found == part.end() ? 0 : found->second->value, whole.value);
  }
}

}  // namespace

extern constexpr RuleKind kRatio{
    .name = "ratio",
    .summary = "what one query counts is a share of what another does",
    .sample = "query = 'status>=500 | count by service'\nper = '| count by service'\nabove = \"5%\"\nleast = 100\n",
    .read = read_ratio,
    .lookback_ns = [](const Rule&) -> std::int64_t { return 0; },
    .judge = judge_ratio};

}  // namespace logmill::alert
