// All rules together: takes records, judges the ticks that are over, and writes what came of each with what is to be told, at once.
//
// After a kill at any instant the state is that after some tick, with all that was to be told of it; the ticks behind it are judged
// again, from records that are read again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "alert/room.h"
#include "alert/rule_run.h"
#include "alert/rules_file.h"
#include "alert/silences.h"
#include "alert/state_file.h"
#include "base/reporter.h"

namespace logmill::alert {

// What was left out for lack of room.
struct LeftOut {
  std::uint64_t records = 0;  // so far ahead of the window that there was no room to count them
  std::uint64_t series = 0;   // not judged, or not told of; also those beyond series_max
  std::uint64_t ticks = 0;    // not judged
  std::uint64_t values = 0;   // not there to be compared with
  std::uint64_t texts = 0;    // of which only the beginning was looked at
  std::uint64_t seen = 0;     // series and patterns that were not kept in mind
};
struct LeftOutKind {
  std::string_view name, text;  // "records", "records left out"
  std::uint64_t LeftOut::*count;
};
std::span<const LeftOutKind> left_out_kinds();

// Called with the name of a step that was just done; a test may end the run there.
using AtStep = std::function<void(std::string_view step)>;

// Fails with invalid if the parts of windows alone leave too little room for what is counted in them.
base::Status check_room(const Rules& rules, const Room& room);

// Thread-compatible.
class Engine {
 public:
  // All must outlive it. `room` is that of one engine at a time, and was checked.
  static base::Result<std::unique_ptr<Engine>> make(const Rules& rules, StateFile& state, Room& room, base::Reporter& reporter);
  ~Engine();
  void call_at_steps(AtStep at_step) { at_step_ = std::move(at_step); }

  // Returns from when on records are needed. Rules that the state does not know begin at `fresh`. `now`, where that is known: a state of
  // later than that, or of long before, is of a clock that was wrong, and judging begins anew.
  base::Result<base::TimeNs> start(base::TimeNs fresh, Past past, std::optional<base::TimeNs> now);
  // The clock was set, and it is `now`: judging begins anew.
  base::Status begin_anew(base::TimeNs now, std::string_view why);

  // A clock that is off by more was set; by less, it is waited for, or windows are over a little early.
  static constexpr std::int64_t kClockSetNs = 60 * base::kNsPerSecond;

  // What takes records; each wants those that its filter lets through.
  std::vector<RuleInput*> inputs();

  // Judges all ticks up to `until`, in order. All records of before then must have been given.
  base::Status advance(base::TimeNs until);
  // The earliest tick that is not judged.
  base::TimeNs next_tick() const;
  std::int64_t longest_every() const;
  std::size_t series_in(State state) const;
  // A time of which the parts that rules count in fit into the room, whatever its records are.
  std::int64_t span_that_fits() const;
  // Records that no rule has counted because they came too late.
  std::uint64_t late() const { return late_; }
  const LeftOut& left_out() const { return left_out_; }
  std::uint64_t notifications() const { return notifications_; }

 private:
  Engine(const Rules& rules, StateFile& state, Room& room, base::Reporter& reporter)
      : rules_(rules), state_(state), room_(room), reporter_(reporter) {}
  base::Status relieve();
  base::Status forget_others(base::TimeNs at);
  base::Status judge(RuleRun& run);
  base::Status save(RuleRun& run, const RuleRun::Outcome& outcome);
  base::Status queue(const Rule& rule, const Notification& notification);
  void report(RuleRun& run);
  void report_left_out(RuleRun& run);
  void step(std::string_view name) const {
    if (at_step_) at_step_(name);
  }

  const Rules& rules_;
  StateFile& state_;
  Room& room_;
  base::Reporter& reporter_;
  AtStep at_step_;
  Silences silences_;  // as of the latest advance
  std::vector<std::unique_ptr<RuleRun>> runs_;
  std::uint64_t notifications_ = 0, late_ = 0;
  LeftOut left_out_;
  base::TimeNs pruned_ = 0, prune_not_before_ = 0;
};

}  // namespace logmill::alert
