// The query that the options ask for, flags and all.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "logquery/logquery.h"
#include "query/query.h"

namespace logmill::logquery {

// Named files come before a store that only the environment names.
bool reads_store(const Options& options);

query::Context context_of(const Options& options, base::TimeNs now);

// How many threads read: --threads, else one for each core, up to a number.
unsigned reading_threads(const Options& options);

// What stages may hold of --memory.
std::uint64_t held_bytes_max(const Options& options);

// Flags that stand for stages come behind those of the query; --since and --until narrow its
// filter.
base::Result<query::Query> prepare_query(const Options& options, base::TimeNs now);

}  // namespace logmill::logquery
