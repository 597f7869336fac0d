#include "alert/engine.h"

#include <algorithm>
#include <limits>

#include "base/age_clock.h"
#include "sys/heap.h"
#include "text/units.h"

namespace logmill::alert {
namespace {

// A rule that says nothing new is written down so often: so much is judged again after a kill.
constexpr std::int64_t kSaveEveryNs = 60 * base::kNsPerSecond;
constexpr std::int64_t kHistoryNs = 90 * base::kNsPerDay;
constexpr std::uint64_t kHistoryMax = 100'000;
constexpr std::int64_t kPruneEveryNs = 3'600 * base::kNsPerSecond;

// What was down for longer does not catch up: a state so old is rather that of a clock that was wrong.
constexpr std::int64_t kAwayMaxNs = 31 * base::kNsPerDay;

constexpr LeftOutKind kLeftOutKinds[] = {
    {"records", "records ahead of their window left out", &LeftOut::records},
    {"series", "series left out", &LeftOut::series},
    {"windows", "windows not judged", &LeftOut::ticks},
    {"values", "values not kept to compare with", &LeftOut::values},
    {"texts", "texts cut", &LeftOut::texts},
    {"seen", "series not remembered", &LeftOut::seen},
};

}  // namespace

std::span<const LeftOutKind> left_out_kinds() { return kLeftOutKinds; }

base::Status check_room(const Rules& rules, const Room& room) {
  std::uint64_t bytes = 0;
  for (const Rule& rule : rules.rules) {
    const std::uint64_t inputs = rule.per.empty() ? 1 : 2;
    bytes += inputs * static_cast<std::uint64_t>(rule.window_ns / rule.every_ns + RuleInput::kPartsBehind) * RuleInput::kPartBytes;
  }
  if (!room.counts.bounded() || 2 * bytes <= room.counts.bytes_max()) return {};
  const std::uint64_t missing = 2 * (2 * bytes - room.counts.bytes_max());
  return base::Error{base::ErrorCode::invalid, "--memory: the windows of these rules, in parts of 'every', take " +
                                                   text::format_size(missing) + " more; give it more, or let 'every' be longer"};
}

base::Result<std::unique_ptr<Engine>> Engine::make(const Rules& rules, StateFile& state, Room& room, base::Reporter& reporter) {
  std::unique_ptr<Engine> engine(new Engine(rules, state, room, reporter));
  room.rules = rules.rules.size();
  for (const Rule& rule : rules.rules) {
    LOGMILL_ASSIGN_OR_RETURN(std::unique_ptr<RuleRun> run, RuleRun::make(rule, state, room));
    engine->runs_.push_back(std::move(run));
  }
  room.relieve = [engine = engine.get()] { return engine->relieve(); };
  return engine;
}

Engine::~Engine() {
  room_.relieve = [] { return base::Status(); };
}

base::Status Engine::relieve() {
  std::vector<query::Pipeline*> all;
  for (const RuleInput* const input : inputs()) input->append_spillable(all);
  std::ranges::sort(all, std::ranges::greater{}, &query::Pipeline::spillable_bytes);
  for (query::Pipeline* const one : all) {
    LOGMILL_RETURN_IF_ERROR(one->spill());
    if (!room_.counts.exceeded_with(room_.counts.bytes_max() / 4)) break;
  }
  sys::give_back_free_heap();
  return {};
}

std::int64_t Engine::span_that_fits() const {
  if (!room_.counts.bounded()) return std::numeric_limits<std::int64_t>::max();
  double bytes_a_ns = 0;
  for (const Rule& rule : rules_.rules)
    bytes_a_ns += static_cast<double>(RuleInput::kPartBytes) * (rule.per.empty() ? 1 : 2) / static_cast<double>(rule.every_ns);
  return static_cast<std::int64_t>(static_cast<double>(room_.counts.bytes_max()) / 4 / bytes_a_ns);
}

base::Result<base::TimeNs> Engine::start(base::TimeNs fresh, Past past, std::optional<base::TimeNs> now) {
  base::TimeNs since = std::numeric_limits<base::TimeNs>::max();
  LOGMILL_ASSIGN_OR_RETURN(Transaction transaction, state_.begin());
  LOGMILL_RETURN_IF_ERROR(forget_others(fresh));
  for (const auto& run : runs_) {
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs first, run->start(fresh, past));
    since = std::min(since, first);
    // That it has begun is written down too: what comes before its first change must not be lost with a kill.
    LOGMILL_RETURN_IF_ERROR(run->save({}));
  }
  if (room_.past.exceeded())
    return base::Error{base::ErrorCode::invalid,
                       "--memory: the series that fire, of which an end has to be told, do not fit; give it more"};
  LOGMILL_RETURN_IF_ERROR(transaction.commit());
  std::optional<base::TimeNs> known;
  for (const auto& run : runs_)
    if (run->was_known()) known = std::max(known.value_or(run->judged_until()), run->judged_until());
  const std::int64_t behind_ns = now && known ? *now - *known : 0;
  if (behind_ns >= -kClockSetNs && behind_ns <= kAwayMaxNs) return since;
  LOGMILL_RETURN_IF_ERROR(begin_anew(fresh, behind_ns < 0 ? "the state is " + text::format_duration(-behind_ns) + " ahead of the clock"
                                                          : "the state is " + text::format_duration(behind_ns) + " old"));
  return fresh - longest_every();
}

base::Status Engine::begin_anew(base::TimeNs now, std::string_view why) {
  reporter_.warn("clock", std::string(why) + ": judging begins anew, with the first windows from now on");
  pruned_ = now;
  prune_not_before_ = now + base::AgeClock::kHoldNs;  // in case it is a mistake
  LOGMILL_ASSIGN_OR_RETURN(Transaction transaction, state_.begin());
  for (const auto& run : runs_) {
    run->begin_anew(now);
    LOGMILL_RETURN_IF_ERROR(run->save({}));
  }
  return transaction.commit();
}

// What the state has of rules and actions that are not in the file any more. Nobody can be told of the end of what such a rule fired for.
base::Status Engine::forget_others(base::TimeNs at) {
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> rules, state_.rules());
  for (const std::string& rule : rules) {
    if (std::ranges::find(rules_.rules, rule, &Rule::name) != rules_.rules.end()) continue;
    LOGMILL_ASSIGN_OR_RETURN(const std::vector<SeriesState> all, state_.series_of(rule));
    LOGMILL_ASSIGN_OR_RETURN(const auto judged, state_.judged_until(rule));
    for (const SeriesState& series : all)
      LOGMILL_RETURN_IF_ERROR(
          state_.add_history({*judged, rule, series.key, series.state, State::well, series.value, "the rule was removed"}));
    LOGMILL_RETURN_IF_ERROR(state_.drop_rule(rule));
    if (!all.empty()) reporter_.warn("removed", "rule " + rule + " is not in the rules any more: nobody is told that it does not fire");
  }
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> actions, state_.actions_waiting());
  for (const std::string& action : actions) {
    if (rules_.find_action(action)) continue;
    reporter_.warn("removed", "action " + action + " is not in the rules any more: what waits for it is given up");
    LOGMILL_RETURN_IF_ERROR(state_.give_up_action(action, "the action was removed", at));
  }
  return {};
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

std::size_t Engine::series_in(State state) const {
  std::size_t sum = 0;
  for (const auto& run : runs_) sum += run->series_in(state);
  return sum;
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
  if (run.judged_until() - pruned_ >= kPruneEveryNs && run.judged_until() >= prune_not_before_) {
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
  report_left_out(run);
}

void Engine::report_left_out(RuleRun& run) {
  const std::string name = "rule " + run.rule().name + ": ";
  const auto say = [&](std::string_view kind, std::uint64_t count, std::uint64_t& sum, std::string_view what) {
    sum += count;
    if (count > 0) reporter_.warn(kind, name + text::format_count(count) + std::string(what));
  };
  std::uint64_t series = run.take_series_left_out(), records = 0, texts = 0;
  for (RuleInput* const input : {&run.values(), run.per()}) {
    if (!input) continue;
    series += input->take_series_left_out();
    records += input->take_crowded_out();
    texts += input->take_texts_cut();
  }
  say("series", series, left_out_.series,
      " series are left out: more than series_max = " + std::to_string(run.rule().series_max) + ", or than fit into --memory");
  say("ahead", records, left_out_.records, " records are left out: ahead of its window, and --memory is full");
  say("texts", texts, left_out_.texts,
      " texts are cut after " + text::format_size(room_.text_bytes_max()) + " for stages: --memory has no room for more");
  say("ticks", run.take_not_judged(), left_out_.ticks, " windows are not judged: their counts do not fit into --memory");
  say("values", run.memory().take_values_lost(), left_out_.values, " values are not kept to compare with: --memory is full");
  say("seen", run.memory().take_not_remembered(), left_out_.seen,
      " series are not remembered: too many, or --memory is full; nothing is told of them");
}

}  // namespace logmill::alert
