// stats count(), p99(duration_ms) by service, 5m. The word stats may be left out: | count by level.
#include "query/groups/group_node.h"

namespace logmill::query {
namespace {

base::Result<std::unique_ptr<StageNode>> parse_stats(Lexer& lexer, const Context&) {
  GroupPlan plan;
  LOGMILL_RETURN_IF_ERROR(take_calls(lexer, plan));
  if (lexer.take_keyword("by")) LOGMILL_RETURN_IF_ERROR(take_keys(lexer, plan));
  return make_group_node("stats", std::move(plan));
}

}  // namespace

extern constexpr StageSpec kStats{.name = "stats",
                                  .usage = "stats FUNCTION(FIELD) [as NAME], ... [by FIELD, SPAN, ...]",
                                  .summary = "numbers over all rows, or for each combination of fields and spans of time",
                                  .sample = "* | stats count(), p99(duration_ms) as slow by service, 5m",
                                  .parse = parse_stats};

}  // namespace logmill::query
