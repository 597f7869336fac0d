#include "store/block_columns.h"

#include <algorithm>

namespace logmill::store {

void BlockColumns::add(const record::Batch& batch, std::size_t first_row) {
  const std::size_t start = rows();
  const auto skip = static_cast<std::ptrdiff_t>(first_row);
  times_.insert(times_.end(), batch.times().begin() + skip, batch.times().end());
  levels_.insert(levels_.end(), batch.levels().begin() + skip, batch.levels().end());
  for (std::size_t i = 0; i < batch.columns().size(); ++i) {
    const record::Column& column = batch.columns()[i];
    if (first_row >= column.values.size()) continue;
    add_piece(column.name, i, {start, std::span(column.values).subspan(first_row), {}});
  }
}

void BlockColumns::add(const SparseRows& rows_in) {
  const std::size_t start = rows();
  times_.insert(times_.end(), rows_in.times().begin(), rows_in.times().end());
  levels_.insert(levels_.end(), rows_in.levels().begin(), rows_in.levels().end());
  for (std::size_t i = 0; i < rows_in.columns().size(); ++i)
    add_piece(rows_in.columns()[i].name, i, {start, {}, rows_in.columns()[i].cells});
}

void BlockColumns::clear() {
  times_.clear();
  levels_.clear();
  columns_.clear();
  numbers_.clear();
}

// Batches of one input are alike: a field most often has the number that it had in the one before.
void BlockColumns::add_piece(std::string_view name, std::size_t guess, Piece piece) {
  std::size_t number = guess;
  if (guess >= columns_.size() || columns_[guess].name != name) {
    const auto [found, added] = numbers_.try_emplace(name, columns_.size());
    if (added) columns_.push_back({name, {}});
    number = found->second;
  }
  columns_[number].pieces.push_back(piece);
}

const PresentValues& BlockColumns::gather(std::size_t number) {
  const Column& column = columns_[number];
  present_.bitmap.clear();
  if (std::ranges::all_of(column.pieces, [](const Piece& piece) { return piece.values.empty(); })) {
    gather_cells(column);
    return present_;
  }
  const bool whole = column.pieces.size() == 1 && column.pieces[0].values.size() == rows();
  if (whole)
    present_.values = column.pieces[0].values;
  else
    gather_all(column);
  count();
  if (present_count_ < rows()) compact();
  return present_;
}

void BlockColumns::gather_cells(const Column& column) {
  gathered_.clear();
  present_.bitmap.assign((rows() + 7) / 8, '\0');
  for (const Piece& piece : column.pieces)
    for (const SparseRows::Cell& cell : piece.cells) {
      const std::size_t row = piece.start + cell.row;
      present_.bitmap[row / 8] = static_cast<char>(present_.bitmap[row / 8] | 1 << (row % 8));
      gathered_.push_back(cell.value);
    }
  present_.values = gathered_;
  if (gathered_.size() == rows()) present_.bitmap.clear();
  count();
}

// A value for each row, absent ones included.
void BlockColumns::gather_all(const Column& column) {
  gathered_.resize(rows() + 1);  // `compact` writes one more
  std::size_t end = 0;
  for (const Piece& piece : column.pieces) {
    std::fill(gathered_.begin() + static_cast<std::ptrdiff_t>(end), gathered_.begin() + static_cast<std::ptrdiff_t>(piece.start),
              record::Value());
    std::ranges::copy(piece.values, gathered_.begin() + static_cast<std::ptrdiff_t>(piece.start));
    end = piece.start + piece.values.size();
    for (const SparseRows::Cell& cell : piece.cells) {
      const std::size_t row = piece.start + cell.row;
      std::fill(gathered_.begin() + static_cast<std::ptrdiff_t>(end), gathered_.begin() + static_cast<std::ptrdiff_t>(row),
                record::Value());
      gathered_[row] = cell.value;
      end = row + 1;
    }
  }
  std::fill(gathered_.begin() + static_cast<std::ptrdiff_t>(end), gathered_.end(), record::Value());
  present_.values = std::span(gathered_).first(rows());
}

void BlockColumns::count() {
  KindSet kinds = 0;
  std::size_t present = 0;
  std::uint64_t text_bytes = 0;
  for (const record::Value& value : present_.values) {
    kinds |= kind_bit(value.kind());
    present += value.present();
    text_bytes += value.is_text() ? value.text().size() : 0;
  }
  present_.kinds = kinds & static_cast<KindSet>(~kind_bit(record::Kind::absent));
  present_.text_bytes = text_bytes;
  present_count_ = present;
}

// Leaves out the absent ones of a value a row. May be of `gathered_` itself: what is written was
// read.
void BlockColumns::compact() {
  present_.bitmap.assign((rows() + 7) / 8, '\0');
  if (present_.values.data() != gathered_.data()) gathered_.resize(rows() + 1);
  record::Value* to = gathered_.data();  // each row writes, those that have the field move on
  for (std::size_t row = 0, end = 0; row < rows();) {
    unsigned bits = 0;
    end = std::min(rows(), row + 8);
    for (const std::size_t first = row; row < end; ++row) {
      const record::Value value = present_.values[row];
      bits |= static_cast<unsigned>(value.present()) << (row - first);
      *to = value;
      to += value.present();
    }
    present_.bitmap[(row - 1) / 8] = static_cast<char>(bits);
  }
  present_.values = std::span(gathered_).first(present_count_);
}

}  // namespace logmill::store
