// Rows of which few have any one of very many fields: what is there, instead of a cell for each row
// and field.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "record/batch.h"
#include "store/reader.h"

namespace logmill::store {

// Owns copies of all that is added. Thread-compatible.
class SparseRows {
 public:
  struct Cell {
    std::uint32_t row;
    record::Value value;
  };
  struct Column {
    std::string name;
    std::vector<Cell> cells;  // in order of rows
  };

  // Whether the batch takes far less memory this way.
  static bool suits(const record::Batch& batch);

  // The rows from `first_row` on.
  void add(const record::Batch& batch, std::size_t first_row);
  // Of a stored block those in `rows`, in rising order; forgets its columns.
  base::Status add(BlockReader& block, std::span<const std::uint32_t> rows);

  const std::vector<base::TimeNs>& times() const { return times_; }
  const std::vector<record::Severity>& levels() const { return levels_; }
  const std::vector<Column>& columns() const { return columns_; }
  std::size_t rows() const { return times_.size(); }
  std::size_t memory_bytes() const;

 private:
  std::vector<Cell>& cells_of(const std::string& name);
  record::Value copy(const record::Value& value);

  std::vector<base::TimeNs> times_;
  std::vector<record::Severity> levels_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, std::uint32_t> numbers_;  // of columns
  base::Arena arena_;
  std::size_t cells_ = 0, name_bytes_ = 0;
};

}  // namespace logmill::store
