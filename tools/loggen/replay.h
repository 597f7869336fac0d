// A real log again: its lines, with the times in them moved.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/io.h"
#include "loggen/feed.h"
#include "loggen/loggen.h"
#include "loggen/plan.h"

namespace logmill::loggen {

// Without a rate, the first time in the log becomes the plan's start and all others keep their
// distance from it; with one, lines are stamped with the times at which they are sent. Lines
// without a time (the rest of a stack trace) stay as they are.
base::Result<std::unique_ptr<Feed>> open_replay(const Loggen::Options& options, const Plan& plan, cli::Io& io);

}  // namespace logmill::loggen
