#include "store/block_rows.h"

#include <algorithm>

#include "base/hash.h"
#include "store/block_directory.h"
#include "store/block_writer.h"
#include "store/range_list.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

// A batch with less text is copied into others.
constexpr std::size_t kHeldTextBytes = 256 << 10;

// A column of huge texts is put together, compressed and put into its block; one of rare values is sorted, by field and by row.
constexpr std::size_t kHugeTextBytes = 1 << 10;
constexpr std::size_t kMakingTexts = 3;
constexpr std::size_t kMakingSparse = 2;

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
  if (batch.text_bytes() > kHugeTextBytes * batch.rows()) more_making_bytes_ += kMakingTexts * batch.text_bytes();
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
  more_making_bytes_ -= kMakingSparse * to.memory_bytes();
  to.add(batch, first_row);
  memory_bytes_ += to.memory_bytes();
  more_making_bytes_ += kMakingSparse * to.memory_bytes();
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
  EncodedBlock block;
  for (const Part& part : parts_) part.sparse ? encoder.columns.add(*part.sparse) : encoder.columns.add(part.batch, part.first_row);
  auto appended = append_block(encoder.columns, ranges_, encoder.context, block.bytes);
  encoder.columns.clear();
  if (!appended) return std::move(appended).error();
  block.info = *appended;
  return block;
}

std::vector<record::Batch> BlockRows::release_batches() {
  std::vector<record::Batch> batches;
  for (Part& part : parts_)
    if (!part.sparse) batches.push_back(std::move(part.batch));
  parts_.clear();
  memory_bytes_ = more_making_bytes_ = 0;
  return batches;
}

void append_to_commit(std::string& commit, const EncodedBlock& block) {
  // The only thing in a block that depends on what stands before it. Our own bytes: they parse.
  BlockHeader header = *parse_block_header(block.bytes);
  header.commit_bytes = commit.size();
  const std::string_view behind_header = std::string_view(block.bytes).substr(kBlockHeaderBytes);
  append_block_header(commit, header, behind_header.substr(0, header.directory_bytes));
  commit += behind_header;
}

}  // namespace logmill::store
