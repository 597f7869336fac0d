// GET /logs/fields
#include <algorithm>

#include "logserve/api/endpoint.h"
#include "logserve/search/field_counts.h"
#include "logserve/search/query_of.h"
#include "logserve/search/store_search.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

base::Status answer_fields(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of(call));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  FieldCounts counts;
  LOGMILL_RETURN_IF_ERROR(search->run(query, counts));
  std::ranges::sort(counts.fields(), [](const CountedField& a, const CountedField& b) {
    return a.records != b.records ? a.records > b.records : a.name < b.name;
  });
  std::string json = "{\"fields\":[";
  for (const CountedField& field : counts.fields()) {
    json += &field == &counts.fields().front() ? "{\"field\":" : ",{\"field\":";
    text::append_json_string(json, field.name);
    json += ",\"count\":" + std::to_string(field.records) + "}";
  }
  json += ']';
  append_end(json, *search);
  return call.send_json(json);
}

}  // namespace

extern constexpr Endpoint kFieldNames{.method = "GET",
                                      .path = "/logs/fields",
                                      .summary = "The fields of the records that match, and how many have each.",
                                      .scope = Scope::read,
                                      .answer = answer_fields,
                                      .searches = true,
                                      .gives = {kJsonType, "Fields"}};

}  // namespace logmill::logserve
