// GET /logs/aggregate
#include <array>

#include "logserve/search/answer_rows.h"
#include "logserve/search/query_of.h"

namespace logmill::logserve {
namespace {

base::Status answer_aggregate(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query_of(call));
  const std::string_view function = call.request.parameter("function").value_or("");
  const std::string_view by = call.request.parameter("by").value_or("");
  if (!query.stages().empty()) {
    if (function.empty() && by.empty()) return send_rows(call, query);
    return base::Error{base::ErrorCode::invalid, "function and by go with a q that has no stages"};
  }
  std::string stage = "stats " + std::string(function.empty() ? "count()" : function);
  if (!by.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string fields, fields_of(call, "by", {}));
    stage += " by " + fields;
  }
  LOGMILL_RETURN_IF_ERROR(query.append(stage, context_of(call)));
  return send_rows(call, query);
}

constexpr std::array<Parameter, 2> kOfAggregate{
    {{"function", "Such as avg(duration_ms), p99(duration_ms); count() unless said."}, {"by", "Fields, with commas between them."}}};

}  // namespace

extern constexpr Endpoint kAggregate{.method = "GET",
                                     .path = "/logs/aggregate",
                                     .summary = "Numbers over the records that match.",
                                     .scope = Scope::read,
                                     .answer = answer_aggregate,
                                     .parameters = kOfAggregate,
                                     .searches = true,
                                     .gives = {kJsonType, "Rows"}};

}  // namespace logmill::logserve
