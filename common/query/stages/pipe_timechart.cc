// timechart 5m count() by level: stats over time, with a row also for spans in which nothing fell.
#include "query/groups/group_node.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

base::Result<std::unique_ptr<StageNode>> parse_timechart(Lexer& lexer, const Context&) {
  GroupPlan plan;
  plan.gaps = GroupPlan::Gaps::fill;
  LOGMILL_ASSIGN_OR_RETURN(const std::int64_t span, take_span(lexer));
  plan.keys.push_back({"", span});
  if (aggregate_is_next(lexer))
    LOGMILL_RETURN_IF_ERROR(take_calls(lexer, plan));
  else
    plan.calls.push_back({"count", "", ""});
  if (lexer.take_keyword("by")) LOGMILL_RETURN_IF_ERROR(take_keys(lexer, plan));
  return make_group_node("timechart", std::move(plan));
}

}  // namespace

extern constexpr StageSpec kTimechart{.name = "timechart",
                                      .usage = "timechart SPAN [FUNCTION(FIELD), ...] [by FIELD, ...]",
                                      .summary = "numbers over time; counts rows if not told otherwise",
                                      .sample = "* | timechart 5m count() by level",
                                      .parse = parse_timechart};

}  // namespace logmill::query
