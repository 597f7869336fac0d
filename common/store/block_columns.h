// The fields of a block, each brought together from the batches that its rows lie in, one after the
// other: while one is encoded it stays in the nearest caches, and no table of all rows and fields
// is ever made.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/batch.h"
#include "store/encoding.h"
#include "store/sparse_rows.h"

namespace logmill::store {

// The values of one field, without the rows that do not have it.
struct PresentValues {
  std::span<const record::Value> values;
  std::string bitmap;  // of the rows that have it; empty: all
  KindSet kinds = 0;
  std::uint64_t text_bytes = 0;
};

// Borrows all that is added. Thread-compatible; memory is kept over `clear`.
class BlockColumns {
 public:
  void add(const record::Batch& batch, std::size_t first_row);
  void add(const SparseRows& rows);
  void clear();

  std::size_t rows() const { return times_.size(); }
  std::span<const base::TimeNs> times() const { return times_; }
  std::span<const record::Severity> levels() const { return levels_; }

  // Fields in order of first appearance.
  std::size_t size() const { return columns_.size(); }
  std::string_view name(std::size_t column) const { return columns_[column].name; }
  // Valid until the next call.
  const PresentValues& gather(std::size_t column);

 private:
  // What the rows from `start` on have; only one of both.
  struct Piece {
    std::size_t start;
    std::span<const record::Value> values;
    std::span<const SparseRows::Cell> cells;
  };
  struct Column {
    std::string_view name;
    std::vector<Piece> pieces;
  };
  void add_piece(std::string_view name, std::size_t guess, Piece piece);
  record::Value* add_values(const Piece& piece, record::Value* to);
  record::Value* add_cells(const Piece& piece, record::Value* to);

  std::vector<base::TimeNs> times_;
  std::vector<record::Severity> levels_;
  std::vector<Column> columns_;
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::vector<record::Value> gathered_;
  PresentValues present_;
};

}  // namespace logmill::store
