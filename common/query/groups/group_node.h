// What the stages over groups share in parsing and printing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/groups/group_stage.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

// count(), avg(x) as y, …
base::Status take_calls(Lexer& lexer, GroupPlan& plan);
// service, 5m, … behind `by`; appends to the keys.
base::Status take_keys(Lexer& lexer, GroupPlan& plan);

// The fields of the result that tell its rows apart.
std::vector<std::string> group_key_names(const GroupPlan& plan);

inline GroupPlan::Form form_of(Partial partial) { return partial == Partial::save ? GroupPlan::Form::save : GroupPlan::Form::load; }

// Prints as `name`, its span if the name is timechart, calls and keys.
std::unique_ptr<StageNode> make_group_node(std::string_view name, GroupPlan plan);

}  // namespace logmill::query
