// A block of a store as a table: columns are decoded when a query asks for them.
#pragma once

#include "query/table.h"
#include "store/reader.h"

namespace logmill::query {

class BlockTable : public Table {
 public:
  // `block` must outlive the table.
  explicit BlockTable(store::BlockReader& block) : block_(block) {}

  std::size_t rows() const override { return block_.info().rows; }
  base::Result<std::span<const base::TimeNs>> times() override;
  base::Result<std::span<const record::Severity>> levels() override;
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

 private:
  store::BlockReader& block_;
};

}  // namespace logmill::query
