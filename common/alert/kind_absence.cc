// A series that was there has had no records for a whole window.
#include <algorithm>
#include <set>

#include "alert/memory.h"
#include "record/fields.h"

namespace logmill::alert {
namespace {

constexpr std::int64_t kForgetNs = base::kNsPerDay;

void read_absence(TableReader& reader, Rule& rule) {
  rule.forget_ns = kForgetNs;
  reader.take_duration("forget", rule.forget_ns);
  if (rule.forget_ns <= rule.window_ns) reader.refuse("forget", "must be longer than the window");
  Labels expected;
  std::vector<std::string> values;
  if (!reader.has("expect")) return;
  reader.take("expect", values);
  std::string by;
  reader.take("expect_by", by);
  if (by.empty()) by = record::kService;
  for (const std::string& value : values) rule.expected.push_back({{by, value}});
}

// Written down with the state now and then only.
void see(Memory& memory, const Rule& rule, const std::string& key, const Labels& labels, base::TimeNs at) {
  constexpr std::int64_t kParts = 10;
  Seen* const seen = memory.find_seen(key);
  if (!seen) {
    static_cast<void>(memory.add_seen(key, {labels, at, at, {}}));
    return;
  }
  if (at - seen->last >= rule.forget_ns / kParts) memory.touch_seen(key);
  seen->last = at;
}

void judge_absence(const Rule& rule, const Tick& tick, Memory& memory, std::vector<Verdict>& verdicts) {
  std::set<std::string_view> here;
  for (const Sample& sample : tick.values) {
    if (sample.value <= 0 && sample.labels.empty()) continue;  // a count of nothing
    here.insert(sample.key);
    see(memory, rule, sample.key, sample.labels, tick.at);
  }
  std::vector<std::pair<std::string, Labels>> wanted;
  for (const Labels& labels : rule.expected) wanted.emplace_back(labels_to_json(labels), labels);
  // A query that is not counted by anything has one series, which is expected.
  const bool single = std::ranges::any_of(tick.values, [](const Sample& sample) { return sample.labels.empty(); });
  if (single && wanted.empty()) wanted.emplace_back("{}", Labels{});
  std::vector<std::string> gone;
  for (const auto& [key, seen] : memory.seen()) {
    if (tick.at - seen.last >= rule.forget_ns)
      gone.push_back(key);
    else if (std::ranges::find(wanted, key, &std::pair<std::string, Labels>::first) == wanted.end())
      wanted.emplace_back(key, seen.labels);
  }
  for (const std::string& key : gone) memory.forget_seen(key);
  // No window was whole before.
  if (tick.at < tick.began + rule.window_ns) return;
  for (auto& [key, labels] : wanted) {
    const bool absent = !here.contains(key);
    // It may be among those that there was no room for.
    verdicts.push_back({key, std::move(labels), absent ? 0.0 : 1.0, absent, "nothing came", !absent || tick.whole});
  }
}

}  // namespace

extern constexpr RuleKind kAbsence{.name = "absence",
                                   .summary = "no record came of what should be there",
                                   .sample =
                                       "query = 'heartbeat | count by service'\nwindow = \"5m\"\nforget = \"7d\"\n"
                                       "expect = [\"auth\", \"shop\"]\nexpect_by = \"service\"\n",
                                   .read = read_absence,
                                   .lookback_ns = [](const Rule& rule) { return rule.window_ns; },
                                   .judge = judge_absence,
                                   .keeps_seen = true};

}  // namespace logmill::alert
