// What a search, or one who follows, is not to see.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/scan/hidden_rows.h"
#include "store/store_view.h"

namespace logmill::logserve {

// What is deleted, and all that `filter` (of a token; or empty) does not match, as if it were deleted, whatever
// stages look at.
base::Result<query::HiddenRows> hidden_from(const std::string& filter, std::vector<store::Tombstone> tombstones, base::TimeNs now);

}  // namespace logmill::logserve
