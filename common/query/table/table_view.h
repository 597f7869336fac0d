// Tables made of other tables without copying: fewer fields, other names, more fields.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "query/table/table.h"

namespace logmill::query {

// Shows another table as it is. `base` must outlive the view.
class TableView : public Table {
 public:
  explicit TableView(Table& base) : base_(base) {}

  std::size_t rows() const override { return base_.rows(); }
  base::Result<std::span<const base::TimeNs>> times() override { return base_.times(); }
  base::Result<std::span<const record::Severity>> levels() override { return base_.levels(); }
  base::Result<ColumnView> column(std::string_view name) override { return base_.column(name); }
  std::vector<std::string_view> field_names() const override { return base_.field_names(); }

 protected:
  Table& base() { return base_; }
  const Table& base() const { return base_; }

 private:
  Table& base_;
};

// Only these fields, in this order; those that the base does not have stay empty.
class Projection : public TableView {
 public:
  // `names` must outlive the view.
  Projection(Table& base, const std::vector<std::string>& names) : TableView(base), names_(names) {}
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override { return {names_.begin(), names_.end()}; }

 private:
  const std::vector<std::string>& names_;
};

// All but these fields.
class Without : public TableView {
 public:
  Without(Table& base, const std::vector<std::string>& names) : TableView(base), names_(names) {}
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

 private:
  const std::vector<std::string>& names_;
};

// Some fields under other names.
class Renamed : public TableView {
 public:
  using Names = std::vector<std::pair<std::string, std::string>>;  // from, to
  Renamed(Table& base, const Names& names) : TableView(base), names_(names) {}
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

 private:
  const Names& names_;
};

// More fields; they hide those of the same name.
class Extended : public TableView {
 public:
  struct Field {
    std::string_view name;
    std::vector<record::Value> values;  // a row each
  };
  Extended(Table& base, const std::vector<Field>& fields) : TableView(base), fields_(fields) {}
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

 private:
  const std::vector<Field>& fields_;
};

}  // namespace logmill::query
