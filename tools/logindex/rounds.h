// One look at all that is to be indexed, or with --watch one every two seconds; and what is printed of each.
#pragma once

#include <functional>
#include <string_view>

#include "logindex/logindex.h"
#include "logindex/report.h"
#include "logindex/survey.h"

namespace logmill::logindex {

class Rounds {
 public:
  // Both must outlive it.
  Rounds(const Options& options, cli::Io& io) : options_(options), io_(io) {}

  // Calls `round` once, or with --watch until stopped. It says line() of segments and files, and totals() at its end.
  base::Result<cli::Exit> run(const std::function<base::Result<cli::Exit>()>& round);

  base::Status line(const SegmentIndex& about, std::string_view action);
  // Of a round of --watch in which nothing was done: nothing.
  base::Status totals(const Totals& totals);

 private:
  const Options& options_;
  cli::Io& io_;
  bool printed_ = false;  // a line in this round
};

}  // namespace logmill::logindex
