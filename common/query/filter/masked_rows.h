// From flags to the numbers of rows.
#pragma once

#include <cstdint>
#include <vector>

#include "query/filter/filter_plan.h"

namespace logmill::query {

// Of the rows from `first` on, before `last`, those whose flag is this one, in order.
std::vector<std::uint32_t> rows_with(const Mask& mask, std::uint8_t flag, std::uint32_t first, std::uint32_t last);

}  // namespace logmill::query
