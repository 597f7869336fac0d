// A query over a store, and on with what comes into it.
#pragma once

#include "cli/io.h"
#include "logquery/answer.h"
#include "logquery/logquery.h"
#include "query/query.h"

namespace logmill::logquery {

base::Result<Answer> search_store(const Options& options, const query::Query& query, cli::Io& io);

}  // namespace logmill::logquery
