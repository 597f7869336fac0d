// The value of --since and --until.
#pragma once

#include <string>

#include "base/result.h"
#include "query/language/context.h"

namespace logmill::query {

// Any time that a user may write; "2h" means what "2h ago" means. `flag` is for the message.
base::Result<base::TimeNs> parse_time_bound(const std::string& flag, const std::string& text, const Context& context);

}  // namespace logmill::query
