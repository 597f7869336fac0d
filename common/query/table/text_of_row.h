// The text that stages take apart: of a field, or the text of the record.
#pragma once

#include <string_view>

#include "query/table/table.h"
#include "record/fields.h"

namespace logmill::query {

class TextOfRow {
 public:
  // Of `field`; if that is empty, of the message, or of `raw` where there is none. `table` must
  // outlive it.
  static base::Result<TextOfRow> of(Table& table, std::string_view field) {
    TextOfRow text;
    if (!field.empty()) {
      LOGMILL_ASSIGN_OR_RETURN(text.first_, table.field(field));
      return text;
    }
    LOGMILL_ASSIGN_OR_RETURN(text.first_, table.column(record::kMessage));
    LOGMILL_ASSIGN_OR_RETURN(text.second_, table.column(record::kRaw));
    return text;
  }

  // Empty where there is none.
  std::string_view at(std::size_t row) const {
    record::Value value = first_.at(row);
    if (!value.present()) value = second_.at(row);
    return value.is_text() ? value.text() : std::string_view{};
  }

 private:
  ColumnView first_, second_;
};

}  // namespace logmill::query
