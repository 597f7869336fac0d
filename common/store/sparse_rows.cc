#include "store/sparse_rows.h"

#include "store/segment_format.h"

namespace logmill::store {
namespace {

// A cell of ours is half as large again as one of a batch, and texts are copied.
constexpr std::size_t kSparser = 4;

}  // namespace

bool SparseRows::suits(const record::Batch& batch) {
  if (batch.columns().size() <= kColumnsOften) return false;
  std::size_t cells = 0, present = 0;
  for (const record::Column& column : batch.columns()) {
    cells += column.values.size();
    for (const record::Value& value : column.values) present += value.present();
  }
  return present * kSparser < cells;
}

void SparseRows::add(const record::Batch& batch, std::size_t first_row) {
  const auto skip = static_cast<std::ptrdiff_t>(first_row);
  const std::size_t start = rows();
  times_.insert(times_.end(), batch.times().begin() + skip, batch.times().end());
  levels_.insert(levels_.end(), batch.levels().begin() + skip, batch.levels().end());
  for (const record::Column& column : batch.columns()) {
    std::vector<Cell>* cells = nullptr;
    for (std::size_t row = first_row; row < column.values.size(); ++row) {
      if (!column.values[row].present()) continue;
      if (cells == nullptr) cells = &cells_of(column.name);
      cells->push_back({static_cast<std::uint32_t>(start + row - first_row), copy(column.values[row])});
      ++cells_;
    }
  }
}

base::Status SparseRows::add(BlockReader& block, std::span<const std::uint32_t> rows_in) {
  const std::size_t start = rows();
  LOGMILL_ASSIGN_OR_RETURN(const auto* times, block.times());
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block.levels());
  for (const std::string& name : block.column_names()) {
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, block.column(name));
    std::vector<Cell>* cells = nullptr;
    for (std::size_t i = 0; i < rows_in.size(); ++i) {
      const record::Value value = data->at(rows_in[i]);
      if (!value.present()) continue;
      if (cells == nullptr) cells = &cells_of(name);
      cells->push_back({static_cast<std::uint32_t>(start + i), copy(value)});
      ++cells_;
    }
    block.forget(name);
  }
  for (const std::uint32_t row : rows_in) {
    times_.push_back((*times)[row]);
    levels_.push_back((*levels)[row]);
  }
  return {};
}

std::vector<SparseRows::Cell>& SparseRows::cells_of(const std::string& name) {
  const auto [found, added] = numbers_.try_emplace(name, static_cast<std::uint32_t>(columns_.size()));
  if (added) {
    columns_.push_back({name, {}});
    name_bytes_ += name.size();
  }
  return columns_[found->second].cells;
}

record::Value SparseRows::copy(const record::Value& value) {
  if (value.kind() == record::Kind::string) return record::Value::string(arena_.copy(value.text()));
  if (value.kind() == record::Kind::json) return record::Value::json(arena_.copy(value.text()));
  return value;
}

std::size_t SparseRows::memory_bytes() const {
  constexpr std::size_t kOfColumn = 2 * sizeof(Column) + 64;  // and its entry in the table
  return rows() * (sizeof(base::TimeNs) + sizeof(record::Severity)) + cells_ * sizeof(Cell) * 3 / 2 + columns_.size() * kOfColumn +
         2 * name_bytes_ + arena_.bytes_reserved();
}

}  // namespace logmill::store
