// A message of a shape that was never seen before.
#include "alert/memory.h"

namespace logmill::alert {
namespace {

constexpr std::int64_t kLearnNs = base::kNsPerDay;
// An alert of an event: it is over by itself.
constexpr std::int64_t kResolveNs = 600 * base::kNsPerSecond;
constexpr std::size_t kExampleBytesMax = 500;

void read_pattern(TableReader& reader, Rule& rule) {
  rule.learn_ns = kLearnNs;
  reader.take_duration("learn", rule.learn_ns);
  // Answers of patterns cannot be put together from parts.
  if (!reader.has("every")) rule.every_ns = rule.window_ns;
  if (rule.resolve_after_ns == 0) rule.resolve_after_ns = kResolveNs;
}

void judge_pattern(const Rule& rule, const Tick& tick, Memory& memory, std::vector<Verdict>& verdicts) {
  const bool learning = tick.at < memory.first_seen().value_or(tick.at) + rule.learn_ns;
  for (const Sample& sample : tick.values) {
    if (memory.find_seen(sample.key)) continue;
    std::string example = sample.example.substr(0, kExampleBytesMax);
    if (!memory.add_seen(sample.key, {{}, tick.at, tick.at, {}})) continue;
    if (!learning) verdicts.push_back({sample.key, sample.labels, sample.value, true, "never seen before: " + example});
  }
}

}  // namespace

extern constexpr RuleKind kPattern{.name = "pattern",
                                   .summary = "a message of a shape that was never seen before",
                                   .sample = "query = 'level>=ERROR'\nwindow = \"10s\"\nlearn = \"7d\"\nresolve_after = \"1h\"\n",
                                   .read = read_pattern,
                                   .lookback_ns = [](const Rule& rule) { return rule.learn_ns; },
                                   .judge = judge_pattern,
                                   .keeps_seen = true,
                                   .stages = "patterns"};

}  // namespace logmill::alert
