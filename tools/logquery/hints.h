// What may be wrong with a query that found little: told as warnings.
#pragma once

#include "cli/io.h"
#include "logquery/answer.h"
#include "logquery/logquery.h"
#include "query/query.h"

namespace logmill::logquery {

// Looks for fields that no record had, and, where nothing matched, for texts compared as numbers and stages that were searched as words.
void give_hints(const Options& options, const query::Query& query, const Answer& answer, cli::Io& io);

}  // namespace logmill::logquery
