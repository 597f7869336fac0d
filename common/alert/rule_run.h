// One rule at work: its records, what it remembers, its series.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "alert/memory.h"
#include "alert/notification.h"
#include "alert/rule_input.h"
#include "alert/series_state.h"
#include "alert/state_file.h"

namespace logmill::alert {

// Whether records of before the first tick can be had.
enum class Past { known, unknown };

// Thread-compatible.
class RuleRun {
 public:
  // All must outlive it.
  static base::Result<std::unique_ptr<RuleRun>> make(const Rule& rule, StateFile& state, Room& room);

  // Goes on where the state ends; a rule that was never judged begins at `fresh`. Returns from when on records are to be given to
  // the inputs: those of the past too, unless nobody has them.
  base::Result<base::TimeNs> start(base::TimeNs fresh, Past past);
  // Between what is judged and `now` lies no time that has passed: the clock was set. What is remembered happened as long before `now` as
  // it did before what is judged, and the next window to be judged is the first that begins with `now`.
  void begin_anew(base::TimeNs now);
  // Whether the state knew it.
  bool was_known() const { return was_known_; }

  const Rule& rule() const { return rule_; }
  RuleInput& values() { return *values_; }
  RuleInput* per() { return per_.get(); }
  base::TimeNs next_tick() const { return next_tick_; }
  std::size_t series_in(State state) const;
  Memory& memory() { return memory_; }
  // Series that began to be bad and are not told of, as there is no room for them or they are more than rule.series_max; since the last
  // time.
  std::uint64_t take_series_left_out() { return std::exchange(series_left_out_, 0); }
  // Ticks that were not judged, as what the query holds was more than there is room for; since the last time.
  std::uint64_t take_not_judged() { return std::exchange(not_judged_, 0); }

  struct Outcome {
    std::vector<HistoryEntry> history;
    std::vector<Notification> notifications;
    bool empty() const { return history.empty() && notifications.empty(); }
  };
  // Whether a series with these labels is not to be told of.
  using Silenced = std::function<bool(std::string_view rule, const Labels& labels, base::TimeNs at)>;
  // Judges the next tick. Ticks that the state has are gone through for what is remembered only.
  base::Result<Outcome> judge(const Silenced& silenced);
  // All that has changed since the last time goes into the state, which is in a transaction.
  base::Status save(const Outcome& outcome);
  base::TimeNs judged_until() const { return judged_until_; }
  base::TimeNs saved_until() const { return saved_until_; }

 private:
  RuleRun(const Rule& rule, StateFile& state, Room& room);
  struct Asked {
    Tick tick;
    bool known = true;
  };
  base::Result<Asked> tick_at(base::TimeNs at);
  base::Status judge_series(const Tick& tick, Outcome& outcome);
  base::Status step_series(SeriesState& series, const Verdict* verdict, base::TimeNs at, Outcome& outcome);
  base::Result<bool> is_flapping(const SeriesState& series);
  void tell(base::TimeNs at, const Silenced& silenced, Outcome& outcome);
  Labels labels_of(const SeriesState& series) const;
  std::string summary_of(const SeriesState& series, bool firing) const;

  const Rule& rule_;
  StateFile& state_;
  std::unique_ptr<RuleInput> values_, per_;
  Remembered remembered_;
  Memory memory_;
  std::map<std::string, SeriesState, std::less<>> series_;
  std::set<std::string> changed_;  // since it was saved
  bool was_known_ = false;
  base::TimeNs began_ = 0, next_tick_ = 0, judged_until_ = 0, saved_until_ = 0;
  std::uint64_t series_left_out_ = 0, not_judged_ = 0;
};

}  // namespace logmill::alert
