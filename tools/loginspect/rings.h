// loginspect --rings: rings, who is at them, and how to get rid of them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "loginspect/loginspect.h"

namespace logmill::loginspect {

// What to print about the rings that are named, or all in shared memory; with `remove`, after these are removed. `unreachable`
// receives how many could not be looked at, or not be removed: a warning says why.
base::Result<std::string> answer_about_rings(const Options& options, cli::Io& io, std::uint64_t& unreachable);

}  // namespace logmill::loginspect
