// GET /logs/values, GET /logs/facets
#include <array>

#include "logserve/search/answer_rows.h"
#include "logserve/search/query_of.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kValues = 10;
constexpr std::uint64_t kValuesMax = 1'000;

base::Status answer_values(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, number_of(call, "limit", kValues, kValuesMax));
  LOGMILL_ASSIGN_OR_RETURN(const std::string fields, fields_of(call, "field", {}));
  if (fields.empty()) return base::Error{base::ErrorCode::invalid, "field: of which field?"};
  return send_rows_of(call, "top " + std::to_string(limit) + " " + fields);
}

base::Status answer_facets(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, number_of(call, "limit", kValues, kValuesMax));
  return send_rows_of(call, "facets " + std::to_string(limit));
}

constexpr Parameter kLimitParameter{"limit", "How many values; 10 unless said."};
constexpr std::array<Parameter, 2> kOfValues{{{"field", "Of which field."}, kLimitParameter}};
constexpr std::array<Parameter, 1> kOfFacets{{kLimitParameter}};

}  // namespace

extern constexpr Endpoint kFieldValues{.method = "GET",
                                       .path = "/logs/values",
                                       .summary = "The most frequent values of a field.",
                                       .scope = Scope::read,
                                       .answer = answer_values,
                                       .parameters = kOfValues,
                                       .searches = true,
                                       .gives = {kJsonType, "Rows"}};
extern constexpr Endpoint kFieldFacets{.method = "GET",
                                       .path = "/logs/facets",
                                       .summary = "The most frequent values of each field.",
                                       .scope = Scope::read,
                                       .answer = answer_facets,
                                       .parameters = kOfFacets,
                                       .searches = true,
                                       .gives = {kJsonType, "Rows"}};

}  // namespace logmill::logserve
