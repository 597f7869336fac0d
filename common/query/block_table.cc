#include "query/block_table.h"

namespace logmill::query {

base::Result<std::span<const base::TimeNs>> BlockTable::times() {
  LOGMILL_ASSIGN_OR_RETURN(const auto* times, block_.times());
  return std::span(*times);
}

base::Result<std::span<const record::Severity>> BlockTable::levels() {
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block_.levels());
  return std::span(*levels);
}

base::Result<ColumnView> BlockTable::column(std::string_view name) {
  LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* column, block_.column(name));
  return column ? ColumnView{column->values, column->codes} : ColumnView{};
}

std::vector<std::string_view> BlockTable::field_names() const {
  const std::vector<std::string>& names = block_.column_names();
  return in_common_order({names.begin(), names.end()});
}

}  // namespace logmill::query
