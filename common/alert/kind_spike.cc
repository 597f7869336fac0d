// The number is far from what it was at the same times before: so many standard deviations from their mean.
#include <algorithm>
#include <cmath>
#include <map>

#include "alert/memory.h"

namespace logmill::alert {
namespace {

constexpr std::uint64_t kPeriods = 7;
// Fewer tell nothing of a spread.
constexpr std::uint64_t kPeriodsMin = 3;
// Half of what there should be: after a start, and where the store begins.
constexpr double kKnownMin = 0.5;

void read_spike(TableReader& reader, Rule& rule) {
  read_bounds(reader, rule);
  reader.take("least", rule.least);
  rule.compare_ns = rule.window_ns;
  rule.periods = kPeriods;
  reader.take_duration("season", rule.compare_ns);
  reader.take("seasons", rule.periods);
  if (rule.compare_ns < rule.window_ns) reader.refuse("season", "must be at least the window");
  if (rule.periods < kPeriodsMin) reader.refuse("seasons", "fewer than 3 tell nothing of a spread");
}

struct Usual {
  double mean = 0, deviation = 0;
  std::uint64_t known = 0;
};

Usual usual_of(const Rule& rule, const Tick& tick, const Memory& memory, const std::string& key) {
  Usual usual;
  double squares = 0;
  for (std::uint64_t i = 1; i <= rule.periods; ++i) {
    const auto value = memory.value_at(tick.at - static_cast<std::int64_t>(i) * rule.compare_ns, key);
    if (!value) continue;
    ++usual.known;
    const double off = *value - usual.mean;
    usual.mean += off / static_cast<double>(usual.known);
    squares += off * (*value - usual.mean);
  }
  if (usual.known > 1) usual.deviation = std::sqrt(squares / static_cast<double>(usual.known - 1));
  // Counts vary by their root by nature; a series that was always the same is not infinitely sure.
  usual.deviation = std::max({usual.deviation, std::sqrt(std::abs(usual.mean)), 1.0});
  return usual;
}

void judge_spike(const Rule& rule, const Tick& tick, Memory& memory, std::vector<Verdict>& verdicts) {
  std::map<std::string, Sample> now;
  for (const Sample& sample : tick.values) now[sample.key] = sample;
  if (tick.whole)
    for (Memory::Series& before : memory.series_at(tick.at - rule.compare_ns))
      now.try_emplace(before.key, Sample{.key = before.key, .labels = std::move(before.labels)});
  for (const auto& [key, sample] : now) {
    const Usual usual = usual_of(rule, tick, memory, key);
    if (static_cast<double>(usual.known) < std::max<double>(kPeriodsMin, kKnownMin * static_cast<double>(rule.periods))) continue;
    const double score = (sample.value - usual.mean) / usual.deviation;
    BoundCheck check = check_bounds(rule, score, format_value);
    if (std::max(sample.value, usual.mean) < rule.least.value_or(1)) check.bad = false;
    verdicts.push_back({key, sample.labels, score, check.bad,
                        format_value(sample.value) + " where " + format_value(usual.mean) + " is usual: a score of " + check.text});
  }
  memory.remember(tick);
}

}  // namespace

extern constexpr RuleKind kSpike{.name = "spike",
                                 .summary = "the number is far from that of the same times before",
                                 .sample =
                                     "query = 'level>=ERROR | count by service'\nabove = 4\nbelow = -4\nleast = 20\n"
                                     "window = \"1h\"\nseason = \"1d\"\nseasons = 7\n",
                                 .read = read_spike,
                                 .lookback_ns = [](const Rule& rule) { return rule.compare_ns * static_cast<std::int64_t>(rule.periods); },
                                 .judge = judge_spike};

}  // namespace logmill::alert
