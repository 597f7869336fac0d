// Series as Loki answers with them: a matrix, a vector of one time, a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "logserve/loki/loki_metric.h"

namespace logmill::logserve {

// {"resultType":"matrix","result":[…],"stats":…}
std::string points_of(const LokiSeries& series, const LokiSteps& steps, std::string_view statistics);

// What Loki says of a query: lines it looked at, their bytes, and how many it returns.
std::string loki_statistics(std::uint64_t lines, std::uint64_t bytes, std::uint64_t returned);

}  // namespace logmill::logserve
