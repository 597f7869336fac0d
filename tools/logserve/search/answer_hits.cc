// GET /logs/hits
#include <array>

#include "logserve/search/answer_rows.h"

namespace logmill::logserve {
namespace {

base::Status answer_hits(Call& call) {
  const std::string_view span = call.request.parameter("span").value_or("1m");
  LOGMILL_ASSIGN_OR_RETURN(const std::string fields, fields_of(call, "by", "level"));
  return send_rows_of(call, "timechart " + std::string(span) + " count() by " + fields);
}

constexpr std::array<Parameter, 2> kOfHits{
    {{"span", "How much time a number is of: 10s, 5m; 1m unless said."}, {"by", "A field; level unless said."}}};

}  // namespace

extern constexpr Endpoint kHits{.method = "GET",
                                .path = "/logs/hits",
                                .summary = "How many records match, over time.",
                                .scope = Scope::read,
                                .answer = answer_hits,
                                .parameters = kOfHits,
                                .searches = true,
                                .gives = {kJsonType, "Rows"}};

}  // namespace logmill::logserve
