// A query over files and standard input.
#pragma once

#include "cli/io.h"
#include "logquery/answer.h"
#include "logquery/logquery.h"
#include "query/query.h"

namespace logmill::logquery {

base::Result<Answer> search_input(const Options& options, const query::Query& query, cli::Io& io);

}  // namespace logmill::logquery
