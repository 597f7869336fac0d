// GET /logs/context
#include <array>

#include "logserve/search/answer_rows.h"
#include "logserve/search/query_of.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kAroundDefault = 10;
constexpr std::uint64_t kAroundMax = 1'000;

base::Status answer_context(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t before, number_of(call, "before", kAroundDefault, kAroundMax));
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t after, number_of(call, "after", kAroundDefault, kAroundMax));
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query_of(call));
  LOGMILL_RETURN_IF_ERROR(query.prepend("context -" + std::to_string(before) + " +" + std::to_string(after), context_of(call)));
  return send_rows(call, query, LogIds::shown);
}

constexpr std::array<Parameter, 2> kOfContext{
    {{"before", "How many records before each that matches; 10 unless said."}, {"after", "How many after it; 10 unless said."}}};

}  // namespace

extern constexpr Endpoint kAround{.method = "GET",
                                  .path = "/logs/context",
                                  .summary = "Records that match, and those around each, in order of time.",
                                  .scope = Scope::read,
                                  .answer = answer_context,
                                  .parameters = kOfContext,
                                  .searches = true,
                                  .gives = {kJsonType, "Rows"}};

}  // namespace logmill::logserve
