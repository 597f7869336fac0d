// The counters of a running program, shown where the user asked for them: --stats at the end and
// every so many seconds, SIGUSR1 at any time, --metrics FILE all along.
#pragma once

#include <string_view>

#include "cli/counters.h"
#include "cli/io.h"
#include "cli/option_groups.h"

namespace logmill::cli {

class Statistics {
 public:
  // All three must outlive it.
  Statistics(std::string_view program, const StatsOptions& options, Io& io);

  Counters counters;

  // Shows what is due. Call it once per batch and whenever a wait ended: it costs a look at the
  // clock.
  void tick();
  // At the end of the program.
  enum class End { in_order, failed };
  void finish(End end = End::in_order);
  // Nanoseconds from now until `tick` has something to do by itself; -1 for never.
  std::int64_t due_in() const;

 private:
  void print();
  void export_metrics(bool ended_in_order);

  std::string_view program_;
  const StatsOptions& options_;
  Io& io_;
  std::int64_t started_, next_print_ = 0, next_export_ = 0;
};

}  // namespace logmill::cli
