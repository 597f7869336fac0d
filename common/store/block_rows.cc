#include "store/block_rows.h"

#include <algorithm>

#include "base/hash.h"
#include "store/block_directory.h"
#include "store/range_list.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

// A batch with less text is copied into others.
constexpr std::size_t kHeldTextBytes = 256 << 10;

// What making a block takes beside its rows. Columns are made one after the other:
// - tables, a compressor;
constexpr std::size_t kMakingBytes = 3 << 20;
// - of a column of texts what they are put together in, and a frame; of a larger one a window of the compressor;
constexpr std::size_t kTogetherMax = 2 << 20;
constexpr std::size_t kMakingStream = 5 << 20;
// - for a variable in a text its value, as it came and sorted into its slot, and its text in a table;
constexpr std::size_t kMakingVariable = 64;
// - rare values are sorted, by field and by row, and compressed harder;
constexpr std::size_t kMakingSparse = 3;
// - and texts that cannot be compressed are there as often again.
// One row of so many is looked at, and of some of these so many bytes for variables.
constexpr std::size_t kLookedAtRows = 64, kSearchedRows = 512;
constexpr std::size_t kSearchedBytes = 256;
constexpr std::size_t kSearchedBytesMin = 16;

// What of a text could be a variable: runs of letters and digits that hold a digit.
std::size_t count_variables(std::string_view text) {
  std::size_t variables = 0;
  bool digit = false;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    variables += is_digit && !digit;
    digit = is_digit || (digit && letter);
  }
  return variables;
}

// Texts of a column, and what is in them, of all its rows.
struct TextEstimate {
  std::size_t bytes = 0, variables = 0;

  void add(const std::vector<record::Value>& values, std::size_t first_row) {
    const std::size_t rows = values.size() - std::min(values.size(), first_row);
    std::size_t looked_at = 0, found = 0, searched = 0, found_variables = 0;
    for (std::size_t row = first_row; row < values.size(); row += kLookedAtRows) {
      ++looked_at;
      if (!values[row].is_text()) continue;
      const std::string_view text = values[row].text();
      found += text.size();
      if ((row - first_row) % kSearchedRows != 0 || text.size() < kSearchedBytesMin) continue;
      searched += std::min(text.size(), kSearchedBytes);
      found_variables += count_variables(text.substr(0, kSearchedBytes));
    }
    if (found == 0) return;
    const std::size_t of_rows = found * rows / looked_at;
    bytes += of_rows;
    if (searched > 0) variables += of_rows * found_variables / searched;
  }
  std::size_t making_bytes() const { return (bytes <= kTogetherMax ? 2 * bytes : kMakingStream) + kMakingVariable * variables; }
};

}  // namespace

bool BlockRows::has_room_for(const record::Batch& batch) const {
  if (rows_ == 0) return true;
  std::size_t columns = column_names_.size();
  for (const record::Column& column : batch.columns()) columns += !column_names_.contains(base::xxh3_64(column.name));
  return rows_ + batch.rows() <= kBlockRowsMax && columns <= kColumnsMax / 2;
}

void BlockRows::take(record::Batch&& batch, std::size_t first_row, const record::Range& range, std::int64_t now) {
  const std::size_t added = batch.rows() - first_row;
  const bool large = batch.text().size() >= kHeldTextBytes || added >= kBlockRowsMax / 4;
  if (!large || added == 0 || SparseRows::suits(batch)) return copy(batch, first_row, range, now);
  add_names(batch);
  memory_bytes_ += batch.memory_bytes();
  parts_.push_back({.batch = std::move(batch), .first_row = first_row, .copied = false, .sparse = nullptr});
  account(added, range, now);
}

void BlockRows::copy(const record::Batch& batch, std::size_t first_row, const record::Range& range, std::int64_t now) {
  const std::size_t added = batch.rows() - first_row;
  add_names(batch);
  // Batches of a few fields each may have very many together.
  if (added > 0 && (column_names_.size() > kColumnsOften || SparseRows::suits(batch))) {
    copy_sparse(batch, first_row);
  } else if (added > 0) {
    if (parts_.empty() || !parts_.back().copied) parts_.push_back({.batch = {}, .first_row = 0, .copied = true, .sparse = nullptr});
    record::Batch& to = parts_.back().batch;
    memory_bytes_ -= to.memory_bytes();
    append_rows(to, batch, first_row, batch.rows());
    memory_bytes_ += to.memory_bytes();
  }
  account(added, range, now);
}

void BlockRows::copy_sparse(const record::Batch& batch, std::size_t first_row) {
  if (parts_.empty() || !parts_.back().sparse)
    parts_.push_back({.batch = {}, .first_row = 0, .copied = false, .sparse = std::make_unique<SparseRows>()});
  SparseRows& to = *parts_.back().sparse;
  memory_bytes_ -= to.memory_bytes();
  to.add(batch, first_row);
  memory_bytes_ += to.memory_bytes();
}

std::size_t BlockRows::making_bytes() const {
  std::size_t sparse = 0, texts = 0, most = 0;
  std::vector<TextEstimate> columns;  // those of batches of one input are alike
  for (const Part& part : parts_) {
    if (part.sparse) {
      sparse += kMakingSparse * part.sparse->memory_bytes();
      continue;
    }
    const std::vector<record::Column>& of = part.batch.columns();
    if (columns.size() < of.size()) columns.resize(of.size());
    for (std::size_t i = 0; i < of.size(); ++i) columns[i].add(of[i].values, part.first_row);
  }
  for (const TextEstimate& column : columns) {
    texts += column.bytes;
    most = std::max(most, column.making_bytes());
  }
  return kMakingBytes + sparse + texts + most;
}

void BlockRows::add_names(const record::Batch& batch) {
  for (const record::Column& column : batch.columns())
    if (!column.values.empty()) column_names_.insert(base::xxh3_64(column.name));
}

void BlockRows::account(std::size_t rows, const record::Range& range, std::int64_t now) {
  rows_ += rows;
  add_range(ranges_, {range, static_cast<std::uint32_t>(rows)});
  if (rows > 0 && !records_since_) records_since_ = now;
  if (!ranges_since_) ranges_since_ = now;
}

base::Result<EncodedBlock> BlockRows::encode(BlockEncoder& encoder) const {
  for (const Part& part : parts_) part.sparse ? encoder.columns.add(*part.sparse) : encoder.columns.add(part.batch, part.first_row);
  auto block = encode_block(encoder.columns, ranges_, encoder.context);
  encoder.columns.clear();
  return block;
}

std::vector<record::Batch> BlockRows::release_batches() {
  std::vector<record::Batch> batches;
  for (Part& part : parts_)
    if (!part.sparse) batches.push_back(std::move(part.batch));
  parts_.clear();
  memory_bytes_ = 0;
  return batches;
}

}  // namespace logmill::store
