#include "query/table/fields_of_rows.h"

#include <algorithm>

namespace logmill::query {

base::Result<FieldsOfRows> FieldsOfRows::of(Table& table) {
  FieldsOfRows fields;
  fields.names_ = table.field_names();
  for (const std::string_view name : fields.names_) {
    LOGMILL_ASSIGN_OR_RETURN(fields.columns_.emplace_back(), table.field(name));
  }
  return fields;
}

int FieldsOfRows::find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  return found == names_.end() ? -1 : static_cast<int>(found - names_.begin());
}

}  // namespace logmill::query
