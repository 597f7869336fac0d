// All fields of a table at hand, for writing whole rows.
#pragma once

#include <string_view>
#include <vector>

#include "query/table/table.h"

namespace logmill::query {

class FieldsOfRows {
 public:
  // `table` must outlive it. Fails as the table does.
  static base::Result<FieldsOfRows> of(Table& table);

  const std::vector<std::string_view>& names() const { return names_; }
  record::Value at(std::size_t field, std::size_t row) const { return columns_[field].at(row); }
  // Its index, or -1.
  int find(std::string_view name) const;

 private:
  std::vector<std::string_view> names_;
  std::vector<ColumnView> columns_;
};

}  // namespace logmill::query
