#include <algorithm>
#include <array>

#include "query/aggregate.h"
#include "query/stage.h"
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
  X(kExtract)     \
  X(kPatterns)    \
  X(kSample)

#define DECLARE(name) extern const StageSpec name;
STAGES(DECLARE)
#undef DECLARE

namespace {

#define ADDRESS(name) &name,
constexpr std::array kStages = {STAGES(ADDRESS)};
#undef ADDRESS

const StageSpec* find_stage(std::string_view name) {
  const auto found = std::ranges::find_if(
      kStages, [name](auto* spec) { return equals_ignoring_case(spec->name, name); });
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

}  // namespace

std::span<const StageSpec* const> stage_specs() { return kStages; }

base::Result<std::unique_ptr<StageNode>> parse_stage(Lexer& lexer, const Context& context) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  const std::string_view name = lexer.take_name();
  if (name.empty()) return lexer.error_at(start, "expected a stage here, like count by level");
  if (const StageSpec* spec = find_stage(name)) return spec->parse(lexer, context);
  // `| count by level` is short for `| stats count() by level`.
  lexer.seek(start);
  if (aggregate_is_next(lexer)) return kStats.parse(lexer, context);
  return lexer.error_at(start, unknown_stage(name));
}

}  // namespace logmill::query
