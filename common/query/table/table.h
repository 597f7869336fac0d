// Rows as columns, wherever they are: in a batch, or in a block of a store whose columns are
// decoded when asked for.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/batch.h"
#include "store/reader.h"

namespace logmill::query {

// One field of all rows. Borrowed: valid as long as the table.
struct ColumnView {
  std::span<const record::Value> values;  // a row each, perhaps fewer, the rest is absent; with codes, the dictionary
  std::span<const std::uint16_t> codes;   // a row each, index into `values`; empty: no dictionary

  bool dictionary() const { return !codes.empty(); }
  record::Value at(std::size_t row) const {
    if (dictionary()) return values[codes[row]];
    return row < values.size() ? values[row] : record::Value{};
  }
};

// Thread-compatible.
class Table {
 public:
  virtual ~Table() = default;
  virtual std::size_t rows() const = 0;
  virtual base::Result<std::span<const base::TimeNs>> times() = 0;
  virtual base::Result<std::span<const record::Severity>> levels() = 0;
  // Any field but timestamp and level. Empty if no row has it.
  virtual base::Result<ColumnView> column(std::string_view name) = 0;
  // The same field where it is held as templates and variables, so that a search need not make all
  // its texts; nullptr where not.
  virtual base::Result<store::TemplateColumn*> templates(std::string_view /*name*/) { return nullptr; }
  // The same field where all rows have numbers written alike; nullptr where not.
  virtual base::Result<const store::NumberColumn*> numbers(std::string_view /*name*/) { return nullptr; }
  // Between which bounds the values of a field lie; of kind none where that is not known.
  virtual store::ColumnZone zone(std::string_view /*name*/) { return {}; }
  // All fields that a row may have, timestamp and level among them, in the order to show them.
  virtual std::vector<std::string_view> field_names() const = 0;

  // Any field: `level` as a dictionary of its names, `timestamp` as RFC 3339 text.
  base::Result<ColumnView> field(std::string_view name);

 private:
  base::Result<ColumnView> level_names();
  base::Result<ColumnView> time_texts();

  std::vector<std::uint16_t> level_codes_;
  std::vector<record::Value> time_values_;
  base::Arena time_bytes_;
};

// The names of a table whose columns are `columns` in the order of people: timestamp, level,
// service, host, trace_id, message, then the others as they are.
std::vector<std::string_view> in_common_order(const std::vector<std::string_view>& columns);

class BatchTable : public Table {
 public:
  // `batch` must outlive the table and stay as it is.
  explicit BatchTable(const record::Batch& batch) : batch_(batch) {}

  std::size_t rows() const override { return batch_.rows(); }
  base::Result<std::span<const base::TimeNs>> times() override { return std::span(batch_.times()); }
  base::Result<std::span<const record::Severity>> levels() override { return std::span(batch_.levels()); }
  base::Result<ColumnView> column(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

 private:
  const record::Batch& batch_;
};

}  // namespace logmill::query
