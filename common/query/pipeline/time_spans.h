// Rows by the span of time that they fall into.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/clock.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

// The start of the span of `span_ns` > 0 that `time` is in; spans begin at the epoch.
base::TimeNs start_of_span(base::TimeNs time, std::int64_t span_ns);

// By the start of each span. Rows without a time, and before the epoch, are left out. Fails as the table does.
base::Result<std::map<base::TimeNs, std::vector<std::uint32_t>>> rows_by_span(const Rows& rows, std::int64_t span_ns);

}  // namespace logmill::query
