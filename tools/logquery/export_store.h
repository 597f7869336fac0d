// --export from a store: all that matches, in the order of the segments and within runs of blocks
// in that of time.
#pragma once

#include "logquery/answer.h"
#include "logquery/logquery.h"
#include "query/query.h"

namespace logmill::logquery {

base::Result<Answer> export_store(const Options& options, const query::Query& query, cli::Io& io);

}  // namespace logmill::logquery
