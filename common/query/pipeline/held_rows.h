// Rows that outlive the table they came in: copied, with all they point to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/pipeline/stage.h"
#include "query/table/table_view.h"
#include "record/batch.h"

namespace logmill::query {

class HeldRows {
 public:
  HeldRows() = default;
  // Empty, but fields of these names were seen already.
  explicit HeldRows(std::vector<std::string> names) : names_(std::move(names)) {}

  base::Status add(const Rows& rows);
  std::size_t size() const { return batch_.rows(); }
  const record::Batch& batch() const { return batch_; }
  // Of the fields, in the order in which they were first seen.
  const std::vector<std::string>& names() const& { return names_; }
  std::vector<std::string> names() && { return std::move(names_); }
  std::size_t memory_bytes() const { return batch_.memory_bytes(); }
  // What so many more rows will take besides their texts, about: memory that is full doubles.
  std::size_t growth_bytes(std::size_t rows) const { return size() + rows > batch_.times().capacity() ? memory_bytes() : 0; }
  // All rows, with the fields in the order in which they were first seen. Valid until the next
  // `add`.
  std::unique_ptr<Table> table();

 private:
  void add_values(const ColumnView& from, std::span<const std::uint32_t> selected, std::size_t to, std::size_t first);
  void add_codes(const ColumnView& from, std::span<const std::uint32_t> selected, std::size_t to, std::size_t first);

  record::Batch batch_;
  std::vector<std::string> names_;
};

// 0, 1, 2 … count-1.
std::vector<std::uint32_t> all_rows(std::size_t count);

}  // namespace logmill::query
