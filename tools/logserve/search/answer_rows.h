// Answers that are the few rows which the stages of a query come to.
#pragma once

#include <string_view>

#include "logserve/api/endpoint.h"
#include "logserve/service/json_rows.h"
#include "query/query.h"

namespace logmill::logserve {

// {"rows":[…]}, with "partial":true where not all was looked at.
base::Status send_rows(Call& call, const query::Query& query, LogIds ids = LogIds::left_out);
// The same of what the request asks for, without stages of its own, and `stages`.
base::Status send_rows_of(Call& call, std::string_view stages);
// The value of a parameter, a list of fields, as the stages of a query read it: "service, level".
base::Result<std::string> fields_of(const Call& call, std::string_view name, std::string_view fallback);

}  // namespace logmill::logserve
