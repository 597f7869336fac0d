// The query that a request asks for.
#pragma once

#include <cstdint>
#include <string>

#include "logserve/api/endpoint.h"
#include "query/query.h"

namespace logmill::logserve {

// q, narrowed by service, level, log_id, keywords, timestamp_from and timestamp_to, where they are given. An error names the parameter.
base::Result<query::Query> query_of(const Call& call);
query::Context context_of(const Call& call);

// A whole number up to `max`; `fallback` without the parameter.
base::Result<std::uint64_t> number_of(const Call& call, std::string_view name, std::uint64_t fallback, std::uint64_t max);

}  // namespace logmill::logserve
