#include <algorithm>
#include <array>

#include "query/groups/aggregate.h"
#include "query/pipeline/stage.h"
#include "text/suggest.h"

namespace logmill::query {

#define STAGES(X) \
  X(kStats)       \
  X(kTimechart)   \
  X(kTop)         \
  X(kRare)        \
  X(kUniq)        \
  X(kDedup)       \
  X(kSort)        \
  X(kHead)        \
  X(kTail)        \
  X(kFields)      \
  X(kDrop)        \
  X(kRename)      \
  X(kWhere)       \
  X(kLet)         \
  X(kExtract)     \
  X(kJsonText)    \
  X(kLogfmtText)  \
  X(kPatterns)    \
  X(kFacets)      \
  X(kContextRows) \
  X(kSample)      \
  X(kJoin)        \
  X(kSession)     \
  X(kCompare)

#define DECLARE(name) extern const StageSpec name;
STAGES(DECLARE)
#undef DECLARE

namespace {

#define ADDRESS(name) &name,
constexpr std::array kStages = {STAGES(ADDRESS)};
#undef ADDRESS

const StageSpec* find_stage(std::string_view name) {
  const auto found = std::ranges::find_if(kStages, [name](auto* spec) { return equals_ignoring_case(spec->name, name); });
  return found == kStages.end() ? nullptr : *found;
}

std::string unknown_stage(std::string_view name) {
  std::vector<std::string_view> names;
  for (const StageSpec* spec : kStages) names.push_back(spec->name);
  for (const AggregateSpec* spec : aggregate_specs()) names.push_back(spec->name);
  if (const std::string_view near = text::nearest(name, names); !near.empty())
    return "no such stage; did you mean " + std::string(near) + "?";
  std::string what = "no such stage; there are";
  for (const std::string_view known : names) what.append(" ").append(known);
  return what;
}

bool leaves_records_alone(const std::unique_ptr<StageNode>& stage) { return stage->flow() == Flow::each_row; }

}  // namespace

std::span<const StageSpec* const> stage_specs() { return kStages; }

base::Status parse_stage(Lexer& lexer, const Context& context, std::vector<std::unique_ptr<StageNode>>& stages) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  const std::string_view name = lexer.take_name();
  if (name.empty()) return lexer.error_at(start, "expected a stage here, like count by level");
  const StageSpec* spec = find_stage(name);
  if (!spec) {
    // `| count by level` is short for `| stats count() by level`.
    lexer.seek(start);
    if (!aggregate_is_next(lexer)) return lexer.error_at(start, unknown_stage(name));
    spec = &kStats;
  }
  LOGMILL_ASSIGN_OR_RETURN(auto stage, spec->parse(lexer, context));
  if (lexer.peek() != '|' && !lexer.at_end())
    return lexer.error("expected | or the end here; this stage is written: " + std::string(spec->usage));
  if (spec->take_previous) {
    auto previous = stages.empty() ? nullptr : std::move(stages.back());
    if (!stages.empty()) stages.pop_back();
    if (const auto taken = spec->take_previous(*stage, std::move(previous)); !taken) return lexer.error_at(start, taken.error().what);
  }
  if (spec->first && !std::ranges::all_of(stages, &leaves_records_alone))
    return lexer.error_at(start, std::string(name) + " must come before stages that count, order or choose rows");
  stages.push_back(std::move(stage));
  return {};
}

}  // namespace logmill::query
