// A table with fields of a batch laid over it, row upon row.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "query/table/table_view.h"

namespace logmill::query {

// Where the batch has a value it hides the base's; where it has none the base shows.
class Overlay : public TableView {
 public:
  // `batch` has as many rows as `base`; both must outlive the view and stay as they are.
  Overlay(Table& base, const record::Batch& batch) : TableView(base), batch_(batch) {}

  base::Result<std::span<const base::TimeNs>> times() override;
  base::Result<std::span<const record::Severity>> levels() override;
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

 private:
  const record::Batch& batch_;
  std::vector<base::TimeNs> times_;
  std::vector<record::Severity> levels_;
  // Made when asked for; a deque, so that views of them stay valid.
  struct Merged {
    std::string name;
    std::vector<record::Value> values;
  };
  std::deque<Merged> merged_;
};

}  // namespace logmill::query
