// One series of a rule: how it goes from well to pending to firing and back, and what its receivers have been told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "alert/rule.h"

namespace logmill::alert {

enum class State { well, pending, firing };
std::string_view state_name(State state);
std::optional<State> state_from_name(std::string_view name);

struct SeriesState {
  std::string key{};  // its labels as JSON
  Labels labels{};
  State state = State::well;
  base::TimeNs since = 0;     // the tick at which the state began
  base::TimeNs last_bad = 0;  // the latest tick at which the rule held
  base::TimeNs fired_at = 0;  // the tick at which it began to fire the last time
  double value = 0;
  std::string summary{};
  // Receivers believe that it is firing, and when they were told the last time.
  bool told_firing = false;
  base::TimeNs told_at = 0;
  std::uint64_t repeats = 0;

  // The clock was set by so much, and it is `now`: all that is remembered of it happened as long ago as before.
  void move_clock(std::int64_t by_ns, base::TimeNs now);
  // What it takes at most with all that is said of it, about.
  std::uint64_t memory_bytes_max() const;
  // Nothing would be lost by forgetting it.
  bool forgettable() const { return state == State::well && !told_firing; }
};

// What a tick says of the series: nullptr if nothing. Returns the state that it left, if it changed. `flapping`: it has been firing too
// often lately, so that it must be well for rule.flap_window_ns before it is resolved.
std::optional<State> step(const Rule& rule, SeriesState& series, const Verdict* verdict, base::TimeNs at, bool flapping);

// What its receivers are to be told now, unless it is silenced.
enum class News { none, firing, still_firing, resolved };
News news_of(const Rule& rule, const SeriesState& series, base::TimeNs at);
void mark_told(SeriesState& series, News news, base::TimeNs at);

}  // namespace logmill::alert
