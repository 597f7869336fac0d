// The stage behind stats, timechart, top and rare: groups, aggregates over them, and their order.
#pragma once

#include <memory>
#include <vector>

#include "query/groups/aggregate.h"
#include "query/groups/grouper.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

struct GroupPlan {
  std::vector<AggregateCall> calls;
  std::vector<GroupKey> keys;  // at most one is a span of time

  enum class Order {
    most_first,   // by the first aggregate; but by time where a span of time is among the keys
    least_first,  //
  } order = Order::most_first;
  enum class Missing { keep, leave_out } missing = Missing::keep;  // rows without a value for any key
  enum class Gaps { leave, fill } gaps = Gaps::leave;              // spans of time in which nothing fell
  enum class Form {
    whole,
    save,  // gives the states of its aggregates instead of their results
    load   // its rows are such states
  } form = Form::whole;
  std::size_t groups_max = 0;  // of the result; 0: all
};

// `text` is the stage as it is written: states of another one are refused.
std::unique_ptr<Stage> start_groups(const GroupPlan& plan, std::string text, Stage& next, Workspace& workspace);

}  // namespace logmill::query
