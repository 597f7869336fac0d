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
  present_ = {.values = {}, .bitmap = std::move(present_.bitmap)};
  present_.bitmap.assign((rows() + 7) / 8, '\0');
  gathered_.resize(rows() + 1);  // an absent value is written too, behind the last one
  record::Value* to = gathered_.data();
  for (const Piece& piece : column.pieces) to = piece.cells.empty() ? add_values(piece, to) : add_cells(piece, to);
  const auto present = static_cast<std::size_t>(to - gathered_.data());
  present_.values = std::span(gathered_).first(present);
  present_.kinds &= static_cast<KindSet>(~kind_bit(record::Kind::absent));
  if (present == rows()) present_.bitmap.clear();
  return present_;
}

// Both return where the next value goes.
record::Value* BlockColumns::add_values(const Piece& piece, record::Value* to) {
  KindSet kinds = 0;
  std::uint64_t text_bytes = 0;
  std::size_t row = piece.start;
  const record::Value* from = piece.values.data();
  for (const std::size_t end = row + piece.values.size(); row < end;) {
    unsigned bits = 0;  // of the rows that have a byte of the bitmap together
    const std::size_t byte = row / 8;
    for (const std::size_t stop = std::min(end, 8 * (byte + 1)); row < stop; ++row) {
      const record::Value value = *from++;
      kinds |= kind_bit(value.kind());
      text_bytes += value.is_text() ? value.text().size() : 0;
      bits |= static_cast<unsigned>(value.present()) << (row % 8);
      *to = value;
      to += value.present();
    }
    present_.bitmap[byte] = static_cast<char>(present_.bitmap[byte] | static_cast<char>(bits));
  }
  present_.kinds |= kinds;
  present_.text_bytes += text_bytes;
  return to;
}

record::Value* BlockColumns::add_cells(const Piece& piece, record::Value* to) {
  for (const SparseRows::Cell& cell : piece.cells) {
    const std::size_t row = piece.start + cell.row;
    present_.bitmap[row / 8] = static_cast<char>(present_.bitmap[row / 8] | 1 << (row % 8));
    present_.kinds |= kind_bit(cell.value.kind());
    present_.text_bytes += cell.value.is_text() ? cell.value.text().size() : 0;
    *to++ = cell.value;
  }
  return to;
}

}  // namespace logmill::store
