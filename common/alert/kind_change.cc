// The number has risen or fallen against the window before, or against the same window some time ago.
#include <algorithm>
#include <cmath>
#include <map>

#include "alert/memory.h"

namespace logmill::alert {
namespace {

void read_change(TableReader& reader, Rule& rule) {
  read_bounds(reader, rule);
  reader.take("least", rule.least);
  rule.compare_ns = rule.window_ns;
  reader.take_duration("compare", rule.compare_ns);
  if (rule.compare_ns < rule.window_ns) reader.refuse("compare", "must be at least the window");
}

// As a share of what was: 0.5 is half as much again. From nothing to something is beyond any bound.
double change_of(double before, double now) {
  if (before != 0) return (now - before) / std::abs(before);
  return now == 0 ? 0 : std::copysign(HUGE_VAL, now);
}

void judge_change(const Rule& rule, const Tick& tick, Memory& memory, std::vector<Verdict>& verdicts) {
  memory.remember(tick);
  std::map<std::string, Sample> now;
  for (const Sample& sample : tick.values) now[sample.key] = sample;
  // Those that have fallen to nothing are in no answer.
  if (tick.whole)
    for (Memory::Series& before : memory.series_at(tick.at - rule.compare_ns))
      now.try_emplace(before.key, Sample{.key = before.key, .labels = std::move(before.labels)});
  for (const auto& [key, sample] : now) {
    const auto before = memory.value_at(tick.at - rule.compare_ns, key);
    if (!before) continue;
    const double change = change_of(*before, sample.value);
    BoundCheck check = check_bounds(rule, change, format_share);
    if (std::max(*before, sample.value) < rule.least.value_or(1)) check.bad = false;
    verdicts.push_back({key, sample.labels, change, check.bad,
                        format_value(*before) + " became " + format_value(sample.value) + (*before == 0 ? "" : ": " + check.text)});
  }
}

}  // namespace

extern constexpr RuleKind kChange{.name = "change",
                                  .summary = "the number has risen or fallen by a share",
                                  .sample =
                                      "query = '| count by service'\nabove = \"50%\"\nbelow = \"-50%\"\nleast = 100\n"
                                      "window = \"5m\"\ncompare = \"1d\"\n",
                                  .read = read_change,
                                  .lookback_ns = [](const Rule& rule) { return rule.compare_ns; },
                                  .judge = judge_change};

}  // namespace logmill::alert
