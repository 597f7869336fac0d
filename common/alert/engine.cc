#include "alert/engine.h"

#include <algorithm>
#include <limits>

#include "text/units.h"

namespace logmill::alert {
namespace {

// A rule that says nothing new is written down so often: so much is judged again after a kill.
constexpr std::int64_t kSaveEveryNs = 60 * base::kNsPerSecond;
constexpr std::int64_t kHistoryNs = 90 * base::kNsPerDay;
constexpr std::uint64_t kHistoryMax = 100'000;
constexpr std::int64_t kPruneEveryNs = 3'600 * base::kNsPerSecond;

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::make(const Rules& rules, StateFile& state, query::Workspace& workspace,
                                                   base::Reporter& reporter) {
  std::unique_ptr<Engine> engine(new Engine(rules, state, reporter));
  for (const Rule& rule : rules.rules) {
    LOGMILL_ASSIGN_OR_RETURN(std::unique_ptr<RuleRun> run, RuleRun::make(rule, state, workspace));
    engine->runs_.push_back(std::move(run));
  }
  return engine;
}

base::Result<base::TimeNs> Engine::start(base::TimeNs fresh) {
  base::TimeNs since = std::numeric_limits<base::TimeNs>::max();
  LOGMILL_ASSIGN_OR_RETURN(Transaction transaction, state_.begin());
  for (const auto& run : runs_) {
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs first, run->start(fresh));
    since = std::min(since, first);
    // That it has begun is written down too: what comes before its first change must not be lost with a kill.
    LOGMILL_RETURN_IF_ERROR(run->save({}));
  }
  LOGMILL_RETURN_IF_ERROR(transaction.commit());
  return since;
}

std::vector<RuleInput*> Engine::inputs() {
  std::vector<RuleInput*> inputs;
  for (const auto& run : runs_) {
    inputs.push_back(&run->values());
    if (run->per()) inputs.push_back(run->per());
  }
  return inputs;
}

base::TimeNs Engine::next_tick() const {
  base::TimeNs next = std::numeric_limits<base::TimeNs>::max();
  for (const auto& run : runs_) next = std::min(next, run->next_tick());
  return next;
}

std::int64_t Engine::longest_every() const {
  std::int64_t longest = 0;
  for (const Rule& rule : rules_.rules) longest = std::max(longest, rule.every_ns);
  return longest;
}

base::Status Engine::advance(base::TimeNs until) {
  if (next_tick() > until) return {};
  LOGMILL_ASSIGN_OR_RETURN(silences_, Silences::load(state_));
  while (true) {
    const auto next = std::ranges::min_element(runs_, {}, [](const auto& run) { return run->next_tick(); });
    if ((*next)->next_tick() > until) return {};
    LOGMILL_RETURN_IF_ERROR(judge(**next));
  }
}

base::Status Engine::judge(RuleRun& run) {
  LOGMILL_ASSIGN_OR_RETURN(const RuleRun::Outcome outcome, run.judge([this](std::string_view rule, const Labels& labels, base::TimeNs at) {
    return silences_.cover(rule, labels, at);
  }));
  report(run);
  if (outcome.empty() && run.judged_until() - run.saved_until() < kSaveEveryNs) return {};
  return save(run, outcome);
}

base::Status Engine::save(RuleRun& run, const RuleRun::Outcome& outcome) {
  step("judged");
  LOGMILL_ASSIGN_OR_RETURN(Transaction transaction, state_.begin());
  LOGMILL_RETURN_IF_ERROR(run.save(outcome));
  step("state written");
  for (const Notification& notification : outcome.notifications) LOGMILL_RETURN_IF_ERROR(queue(run.rule(), notification));
  if (run.judged_until() - pruned_ >= kPruneEveryNs) {
    pruned_ = run.judged_until();
    LOGMILL_RETURN_IF_ERROR(state_.prune(pruned_ - kHistoryNs, kHistoryMax));
  }
  step("before the commit");
  LOGMILL_RETURN_IF_ERROR(transaction.commit());
  step("committed");
  notifications_ += outcome.notifications.size();
  return {};
}

base::Status Engine::queue(const Rule& rule, const Notification& notification) {
  for (const std::string& name : rule.actions) {
    const Action& action = *rules_.find_action(name);
    LOGMILL_RETURN_IF_ERROR(state_.add_outgoing(
        {.key = notification.key(), .action = name, .body = action.kind->format(action, notification), .created = notification.at}));
  }
  return {};
}

void Engine::report(RuleRun& run) {
  const std::string name = "rule " + run.rule().name + ": ";
  if (const std::uint64_t late = run.values().take_late()) {
    late_ += late;
    reporter_.warn("late", name + text::format_count(late) + " records came after their windows were judged (--wait)");
  }
  if (const std::uint64_t series = run.values().take_series_left_out())
    reporter_.warn("series", name + text::format_count(series) + " series more than " + std::to_string(run.rule().series_max) +
                                 " are not judged (series_max)");
  if (run.memory().take_not_remembered() > 0) reporter_.warn("seen", name + "too many series to remember; new ones are not told of");
}

}  // namespace logmill::alert
