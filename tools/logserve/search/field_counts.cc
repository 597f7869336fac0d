#include "logserve/search/field_counts.h"

#include <algorithm>

namespace logmill::logserve {

base::Status FieldCounts::push(const query::Rows& rows) {
  for (const std::string_view name : rows.table.field_names()) {
    LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, rows.table.field(name));
    const auto present = std::ranges::count_if(rows.selected, [&](std::uint32_t row) { return column.at(row).present(); });
    if (present > 0) of(name).records += static_cast<std::uint64_t>(present);
  }
  return {};
}

CountedField& FieldCounts::of(std::string_view name) {
  const auto found = std::ranges::find(fields_, name, &CountedField::name);
  return found != fields_.end() ? *found : fields_.emplace_back(CountedField{std::string(name), 0});
}

}  // namespace logmill::logserve
