#include "query/scan/log_id_condition.h"

#include <algorithm>

#include "record/fields.h"

namespace logmill::query {

std::optional<LogIdCondition> LogIdCondition::of(const Expr& filter) {
  if (filter.kind == Expr::Kind::all_of) {
    for (const Expr& part : filter.children)
      if (auto condition = of(part)) return condition;
    return std::nullopt;
  }
  if (filter.kind != Expr::Kind::term || filter.term.field != record::kLogId || filter.term.op != Op::equal) return std::nullopt;
  LogIdCondition condition;
  for (const Literal& value : filter.term.values) {
    const auto id = record::parse_log_id(value.text);
    if (!id || value.ignore_case) return std::nullopt;
    condition.ids_.push_back(*id);
  }
  return condition;
}

bool LogIdCondition::may_match(store::BlockReader& block) const {
  const std::vector<std::string>& names = block.column_names();
  if (std::ranges::find(names, record::kLogId) != names.end()) return true;
  return std::ranges::any_of(block.ranges(), [this](const store::BlockReader::RangeRows& entry) {
    return entry.range.named() && std::ranges::any_of(ids_, [&entry](const record::LogId& id) {
             return id.stream == entry.range.stream && id.epoch == entry.range.epoch && id.position >= entry.range.from &&
                    id.position - entry.range.from < entry.rows;
           });
  });
}

}  // namespace logmill::query
