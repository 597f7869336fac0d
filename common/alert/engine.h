// All rules together: takes records, judges the ticks that are over, and writes what came of each with what is to be told, at once.
//
// After a kill at any instant the state is that after some tick, with all that was to be told of it; the ticks behind it are judged
// again, from records that are read again.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "alert/rule_run.h"
#include "alert/rules_file.h"
#include "alert/silences.h"
#include "alert/state_file.h"
#include "base/reporter.h"
#include "query/pipeline/workspace.h"

namespace logmill::alert {

// Called with the name of a step that was just done; a test may end the run there.
using AtStep = std::function<void(std::string_view step)>;

// Thread-compatible.
class Engine {
 public:
  // All must outlive it.
  static base::Result<std::unique_ptr<Engine>> make(const Rules& rules, StateFile& state, query::Workspace& workspace,
                                                    base::Reporter& reporter);
  void call_at_steps(AtStep at_step) { at_step_ = std::move(at_step); }

  // Returns from when on records are needed. Rules that the state does not know begin at `fresh`.
  base::Result<base::TimeNs> start(base::TimeNs fresh, Past past);

  // What takes records; each wants those that its filter lets through.
  std::vector<RuleInput*> inputs();

  // Judges all ticks up to `until`, in order. All records of before then must have been given.
  base::Status advance(base::TimeNs until);
  // The earliest tick that is not judged.
  base::TimeNs next_tick() const;
  std::int64_t longest_every() const;
  std::size_t series_in(State state) const;
  // Records that no rule has counted because they came too late.
  std::uint64_t late() const { return late_; }
  std::uint64_t notifications() const { return notifications_; }

 private:
  Engine(const Rules& rules, StateFile& state, base::Reporter& reporter) : rules_(rules), state_(state), reporter_(reporter) {}
  base::Status forget_others(base::TimeNs at);
  base::Status judge(RuleRun& run);
  base::Status save(RuleRun& run, const RuleRun::Outcome& outcome);
  base::Status queue(const Rule& rule, const Notification& notification);
  void report(RuleRun& run);
  void step(std::string_view name) const {
    if (at_step_) at_step_(name);
  }

  const Rules& rules_;
  StateFile& state_;
  base::Reporter& reporter_;
  AtStep at_step_;
  Silences silences_;  // as of the latest advance
  std::vector<std::unique_ptr<RuleRun>> runs_;
  std::uint64_t notifications_ = 0, late_ = 0;
  base::TimeNs pruned_ = 0;
};

}  // namespace logmill::alert
