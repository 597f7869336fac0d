#include "alert/rule_run.h"

#include <algorithm>
#include <limits>

#include "query/pipeline/time_spans.h"

namespace logmill::alert {
namespace {

std::string list_of(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) text.append(text.empty() ? " (" : ", ").append(name).append("=").append(value);
  return text.empty() ? text : text + ")";
}

// "{service} is at {value}"; what is no label stays as it is.
std::string fill_in(const std::string& pattern, Labels values) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t close = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
    const auto found = close == std::string::npos ? values.end() : values.find(pattern.substr(at + 1, close - at - 1));
    if (found == values.end()) {
      text += pattern[at++];
      continue;
    }
    text += found->second;
    at = close + 1;
  }
  return text;
}

// What a group of alerts is told under: all labels of a series by itself, those that the rule groups by otherwise.
Labels group_of(const Rule& rule, const Labels& labels) {
  if (!rule.group_by) return labels;
  Labels group = rule.labels;
  for (const std::string& name : *rule.group_by)
    if (const auto found = labels.find(name); found != labels.end()) group.insert(*found);
  return group;
}

// What is remembered begins a window after the first record that is read.
std::int64_t look_back_ns(const Rule& rule) {
  const std::int64_t needed_ns = rule.kind->lookback_ns(rule);
  return needed_ns > 0 && !rule.kind->keeps_seen ? needed_ns + rule.window_ns : needed_ns;
}

}  // namespace

RuleRun::RuleRun(const Rule& rule, StateFile& state, Room& room)
    : rule_(rule),
      state_(state),
      remembered_(room),
      memory_(rule.window_ns, rule.kind->keeps_seen ? 0 : rule.kind->lookback_ns(rule), remembered_) {}

base::Result<std::unique_ptr<RuleRun>> RuleRun::make(const Rule& rule, StateFile& state, Room& room) {
  std::unique_ptr<RuleRun> run(new RuleRun(rule, state, room));
  LOGMILL_ASSIGN_OR_RETURN(run->values_, RuleInput::make(rule, rule.query, room));
  if (!rule.per.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(run->per_, RuleInput::make(rule, rule.per, room));
  }
  return run;
}

base::Result<base::TimeNs> RuleRun::start(base::TimeNs fresh, Past past) {
  LOGMILL_ASSIGN_OR_RETURN(const auto judged, state_.judged_until(rule_.name));
  was_known_ = judged.has_value();
  judged_until_ = saved_until_ = query::start_of_span(judged.value_or(fresh), rule_.every_ns);
  LOGMILL_ASSIGN_OR_RETURN(std::vector<SeriesState> known, state_.series_of(rule_.name));
  for (SeriesState& series : known) {
    remembered_.take_anyway(series.memory_bytes_max());  // else nobody would be told that it is over
    std::string key = series.key;
    series_.insert_or_assign(std::move(key), std::move(series));
  }
  LOGMILL_RETURN_IF_ERROR(state_.load_seen(rule_.name, memory_));
  const bool looks_back = past == Past::known && (!rule_.kind->keeps_seen || memory_.seen().empty());
  next_tick_ = query::start_of_span(judged_until_ - (looks_back ? look_back_ns(rule_) : 0), rule_.every_ns) + rule_.every_ns;
  const base::TimeNs first = next_tick_ - rule_.window_ns;
  began_ = past == Past::known ? first : judged_until_;
  values_->drop_before(first);
  if (per_) per_->drop_before(first);
  return first;
}

void RuleRun::begin_anew(base::TimeNs now) {
  const base::TimeNs at = query::start_of_span(now, rule_.every_ns);
  const std::int64_t by_ns = at - judged_until_;
  memory_.move_clock(by_ns, at);
  for (auto& [key, series] : series_) {
    series.move_clock(by_ns, at);
    changed_.insert(key);
  }
  judged_until_ = began_ = at;
  next_tick_ = at + rule_.window_ns;
  values_->begin_anew(at);
  if (per_) per_->begin_anew(at);
}

std::size_t RuleRun::series_in(State state) const {
  return static_cast<std::size_t>(std::ranges::count_if(series_, [&](const auto& one) { return one.second.state == state; }));
}

base::Result<RuleRun::Asked> RuleRun::tick_at(base::TimeNs at) {
  LOGMILL_ASSIGN_OR_RETURN(RuleInput::Answer values, values_->answer(at));
  values_->drop_before(at + rule_.every_ns - rule_.window_ns);
  Asked asked{{.at = at, .began = began_, .values = std::move(values.samples), .per = {}, .whole = values.whole}, values.known};
  if (!per_) return asked;
  LOGMILL_ASSIGN_OR_RETURN(RuleInput::Answer per, per_->answer(at));
  per_->drop_before(at + rule_.every_ns - rule_.window_ns);
  asked.tick.per = std::move(per.samples);
  asked.known = asked.known && per.known;
  return asked;
}

base::Result<RuleRun::Outcome> RuleRun::judge(const Silenced& silenced) {
  const base::TimeNs at = next_tick_;
  LOGMILL_ASSIGN_OR_RETURN(const auto asked, tick_at(at));
  const Tick& tick = asked.tick;
  next_tick_ += rule_.every_ns;
  Outcome outcome;
  if (!asked.known) {
    ++not_judged_;
    judged_until_ = std::max(judged_until_, at);
  } else if (at > judged_until_) {
    LOGMILL_RETURN_IF_ERROR(judge_series(tick, outcome));
    tell(at, silenced, outcome);
    judged_until_ = at;
  } else {
    std::vector<Verdict> ignored;
    rule_.kind->judge(rule_, tick, memory_, ignored);
  }
  return outcome;
}

base::Status RuleRun::judge_series(const Tick& tick, Outcome& outcome) {
  std::vector<Verdict> verdicts;
  rule_.kind->judge(rule_, tick, memory_, verdicts);
  std::set<std::string_view> judged;
  for (const Verdict& verdict : verdicts) {
    judged.insert(verdict.key);
    if (!verdict.known) continue;
    auto found = series_.find(verdict.key);
    if (found == series_.end()) {
      if (!verdict.bad) continue;
      SeriesState series{.key = verdict.key, .labels = verdict.labels};
      if (series_.size() >= rule_.series_max || !remembered_.take(series.memory_bytes_max())) {
        ++series_left_out_;
        continue;
      }
      found = series_.emplace(verdict.key, std::move(series)).first;
    }
    LOGMILL_RETURN_IF_ERROR(step_series(found->second, &verdict, tick.at, outcome));
  }
  for (auto& [key, series] : series_)
    if (!judged.contains(key)) LOGMILL_RETURN_IF_ERROR(step_series(series, nullptr, tick.at, outcome));
  return {};
}

base::Status RuleRun::step_series(SeriesState& series, const Verdict* verdict, base::TimeNs at, Outcome& outcome) {
  LOGMILL_ASSIGN_OR_RETURN(const bool flapping, is_flapping(series));
  if (const auto left = step(rule_, series, verdict, at, flapping))
    outcome.history.push_back({at, rule_.name, series.key, *left, series.state, series.value, series.summary});
  changed_.insert(series.key);
  return {};
}

base::Result<bool> RuleRun::is_flapping(const SeriesState& series) {
  if (series.state != State::firing || rule_.flaps == 0) return false;
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t firings,
                           state_.firings_between(rule_.name, series.key, series.since - rule_.flap_window_ns, series.since));
  return firings >= rule_.flaps;
}

Labels RuleRun::labels_of(const SeriesState& series) const {
  Labels labels = series.labels;
  labels.insert(rule_.labels.begin(), rule_.labels.end());
  return labels;
}

std::string RuleRun::summary_of(const SeriesState& series, bool firing) const {
  const std::string list = list_of(series.labels);
  if (!firing) return rule_.name + ": resolved" + list;
  if (rule_.summary.empty()) return rule_.name + ": " + series.summary + list;
  Labels values = labels_of(series);
  values.insert({{"value", format_value(series.value)}, {"rule", rule_.name}});
  return fill_in(rule_.summary, std::move(values));
}

void RuleRun::tell(base::TimeNs at, const Silenced& silenced, Outcome& outcome) {
  using Group = std::tuple<News, std::uint64_t, Labels>;
  struct Members {
    base::TimeNs first = std::numeric_limits<base::TimeNs>::max();  // since when there is something to tell
    std::vector<std::pair<SeriesState*, Labels>> all{};
  };
  std::map<Group, Members> groups;
  for (auto& [key, series] : series_) {
    const News news = news_of(rule_, series, at);
    if (news == News::none) continue;
    Labels labels = labels_of(series);
    if (silenced(rule_.name, labels, at)) continue;
    Members& members = groups[{news, series.repeats, group_of(rule_, labels)}];
    members.first = std::min(members.first, news == News::firing ? series.fired_at : series.since);
    members.all.emplace_back(&series, std::move(labels));
  }
  for (auto& [group, members] : groups) {
    const News news = std::get<News>(group);
    if (at - members.first < rule_.group_wait_ns) continue;
    Notification notification{.rule = rule_.name,
                              .firing = news != News::resolved,
                              .repeat = std::get<std::uint64_t>(group),
                              .at = at,
                              .labels = std::get<Labels>(group),
                              .alerts = {}};
    for (auto& [series, labels] : members.all) {
      notification.alerts.push_back({std::move(labels), series->value, series->fired_at, summary_of(*series, notification.firing)});
      mark_told(*series, news, at);
      changed_.insert(series->key);
    }
    outcome.notifications.push_back(std::move(notification));
  }
}

base::Status RuleRun::save(const Outcome& outcome) {
  for (const HistoryEntry& entry : outcome.history) LOGMILL_RETURN_IF_ERROR(state_.add_history(entry));
  for (const std::string& key : changed_) {
    const auto found = series_.find(key);
    if (found == series_.end()) continue;
    if (!found->second.forgettable()) {
      LOGMILL_RETURN_IF_ERROR(state_.put_series(rule_.name, found->second));
      continue;
    }
    LOGMILL_RETURN_IF_ERROR(state_.drop_series(rule_.name, key));
    remembered_.give_back(found->second.memory_bytes_max());
    series_.erase(found);
  }
  changed_.clear();
  for (const std::string& key : memory_.take_touched()) {
    const Seen* const seen = memory_.find_seen(key);
    LOGMILL_RETURN_IF_ERROR(seen ? state_.put_seen(rule_.name, key, *seen) : state_.drop_seen(rule_.name, key));
  }
  LOGMILL_RETURN_IF_ERROR(state_.set_judged_until(rule_.name, judged_until_));
  saved_until_ = judged_until_;
  return {};
}

}  // namespace logmill::alert
