#include "alert/series_state.h"

#include <algorithm>
#include <array>

#include "base/heap_bytes.h"

namespace logmill::alert {
namespace {

constexpr std::array<std::string_view, 3> kStateNames = {"well", "pending", "firing"};

void enter(SeriesState& series, State state, base::TimeNs at) {
  series.state = state;
  series.since = at;
  if (state == State::firing) series.fired_at = at;
}

std::optional<State> step_bad(const Rule& rule, SeriesState& series, const Verdict& verdict, base::TimeNs at) {
  const State before = series.state;
  series.last_bad = at;
  series.value = verdict.value;
  series.summary = verdict.summary;
  if (series.state == State::well) enter(series, State::pending, at);
  if (series.state == State::pending && at - series.since >= rule.for_ns) enter(series, State::firing, at);
  return series.state == before ? std::nullopt : std::optional(before);
}

std::optional<State> step_well(const Rule& rule, SeriesState& series, base::TimeNs at, bool flapping) {
  const State before = series.state;
  if (before == State::well) return std::nullopt;
  const std::int64_t quiet_ns = flapping ? std::max(rule.flap_window_ns, rule.resolve_after_ns) : rule.resolve_after_ns;
  if (before == State::firing && at - series.last_bad < quiet_ns) return std::nullopt;
  enter(series, State::well, at);
  return before;
}

}  // namespace

void SeriesState::move_clock(std::int64_t by_ns, base::TimeNs now) {
  for (base::TimeNs* const time : {&since, &last_bad, &fired_at, &told_at}) *time = std::min(*time + by_ns, now);
}

std::uint64_t SeriesState::memory_bytes_max() const {
  constexpr std::uint64_t kNodeBytes = 4 * sizeof(void*);
  // Its key is there again while it waits to be written; a summary, of a pattern, has an example of 500 bytes and some words.
  constexpr std::uint64_t kSummaryBytes = 600;
  return base::heap_bytes(kNodeBytes + sizeof(std::string) + sizeof *this) + base::heap_bytes(kNodeBytes + sizeof(std::string)) +
         3 * base::heap_bytes(key.size() + 1) + memory_bytes_of(labels) + kSummaryBytes;
}

std::string_view state_name(State state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<State> state_from_name(std::string_view name) {
  const auto found = std::ranges::find(kStateNames, name);
  if (found == kStateNames.end()) return std::nullopt;
  return static_cast<State>(found - kStateNames.begin());
}

std::optional<State> step(const Rule& rule, SeriesState& series, const Verdict* verdict, base::TimeNs at, bool flapping) {
  if (verdict && verdict->bad) return step_bad(rule, series, *verdict, at);
  if (verdict) series.value = verdict->value;
  return step_well(rule, series, at, flapping);
}

News news_of(const Rule& rule, const SeriesState& series, base::TimeNs at) {
  const bool firing = series.state == State::firing;
  if (firing && !series.told_firing) return News::firing;
  if (!firing && series.told_firing) return News::resolved;
  const bool due = firing && rule.repeat_ns > 0 && at - series.told_at >= rule.repeat_ns;
  return due ? News::still_firing : News::none;
}

void mark_told(SeriesState& series, News news, base::TimeNs at) {
  series.told_firing = news != News::resolved;
  series.told_at = at;
  series.repeats = news == News::still_firing ? series.repeats + 1 : 0;
}

}  // namespace logmill::alert
