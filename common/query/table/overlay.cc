#include "query/table/overlay.h"

#include <algorithm>

#include "record/fields.h"

namespace logmill::query {

base::Result<std::span<const base::TimeNs>> Overlay::times() {
  if (times_.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto below, base().times());
    times_ = batch_.times();
    for (std::size_t row = 0; row < times_.size(); ++row)
      if (times_[row] == record::kNoTime) times_[row] = below[row];
  }
  return std::span<const base::TimeNs>(times_);
}

base::Result<std::span<const record::Severity>> Overlay::levels() {
  if (levels_.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto below, base().levels());
    levels_ = batch_.levels();
    for (std::size_t row = 0; row < levels_.size(); ++row)
      if (levels_[row] == record::Severity::none) levels_[row] = below[row];
  }
  return std::span<const record::Severity>(levels_);
}

base::Result<ColumnView> Overlay::column(std::string_view name) {
  const record::Column* above = batch_.find(name);
  if (!above || above->values.empty()) return base().column(name);
  const auto known = std::ranges::find(merged_, name, &Merged::name);
  if (known != merged_.end()) return ColumnView{known->values, {}};
  LOGMILL_ASSIGN_OR_RETURN(const ColumnView below, base().column(name));
  Merged& merged = merged_.emplace_back(Merged{std::string(name), above->values});
  merged.values.resize(rows());
  for (std::size_t row = 0; row < merged.values.size(); ++row)
    if (!merged.values[row].present()) merged.values[row] = below.at(row);
  return ColumnView{merged.values, {}};
}

std::vector<std::string_view> Overlay::field_names() const {
  std::vector<std::string_view> names = base().field_names();
  const auto add = [&names](std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  if (std::ranges::any_of(batch_.levels(), [](auto level) { return level != record::Severity::none; })) add(record::kLevel);
  for (const record::Column& column : batch_.columns())
    if (!column.values.empty()) add(column.name);
  return names;
}

}  // namespace logmill::query
