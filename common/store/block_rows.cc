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
// A joined batch that had to hold more is not kept.
constexpr std::size_t kJoinedBytesKept = 12 << 20;

// The rows from `first` on, pointing where they pointed.
void append_borrowed(record::Batch& to, const record::Batch& from, std::size_t first) {
  const std::size_t start = to.rows();
  const auto skip = static_cast<std::ptrdiff_t>(first);
  to.times().insert(to.times().end(), from.times().begin() + skip, from.times().end());
  to.levels().insert(to.levels().end(), from.levels().begin() + skip, from.levels().end());
  for (const record::Column& column : from.columns()) {
    if (first >= column.values.size()) continue;
    std::vector<record::Value>& values = to.columns()[to.column_index(column.name)].values;
    values.resize(start);
    values.insert(values.end(), column.values.begin() + skip, column.values.end());
  }
}

}  // namespace

bool BlockRows::has_room_for(const record::Batch& batch) const {
  if (rows_ == 0) return true;
  std::size_t columns = column_names_.size();
  for (const record::Column& column : batch.columns()) columns += !column_names_.contains(base::xxh3_64(column.name));
  const std::size_t rows = rows_ + batch.rows();
  return rows <= kBlockRowsMax && columns <= kColumnsMax / 2 && rows * columns <= cells_max_;
}

void BlockRows::take(record::Batch&& batch, std::size_t first_row, const record::Range& range, std::int64_t now) {
  const std::size_t added = batch.rows() - first_row;
  const bool large = batch.text().size() >= kHeldTextBytes || added >= kBlockRowsMax / 4;
  if (!large || added == 0) return copy(batch, first_row, range, now);
  add_names(batch);
  memory_bytes_ += batch.memory_bytes();
  parts_.push_back({std::move(batch), first_row, false});
  account(added, range, now);
}

void BlockRows::copy(const record::Batch& batch, std::size_t first_row, const record::Range& range, std::int64_t now) {
  const std::size_t added = batch.rows() - first_row;
  if (added > 0) {
    if (parts_.empty() || !parts_.back().copied) parts_.push_back({.batch = {}, .first_row = 0, .copied = true});
    add_names(batch);
    record::Batch& to = parts_.back().batch;
    memory_bytes_ -= to.memory_bytes();
    append_rows(to, batch, first_row, batch.rows());
    memory_bytes_ += to.memory_bytes();
  }
  account(added, range, now);
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
  const auto append = [&](const record::Batch& batch) -> base::Status {
    LOGMILL_ASSIGN_OR_RETURN(block.info, append_block(batch, ranges_, encoder.context, block.bytes));
    return {};
  };
  if (parts_.size() == 1 && parts_.front().first_row == 0) {
    LOGMILL_RETURN_IF_ERROR(append(parts_.front().batch));
    return block;
  }
  record::Batch& joined = encoder.joined;
  for (const Part& part : parts_) append_borrowed(joined, part.batch, part.first_row);
  const auto appended = append(joined);
  joined.clear();
  if (joined.memory_bytes() > kJoinedBytesKept) joined = {};
  if (!appended) return appended.error();
  return block;
}

std::vector<record::Batch> BlockRows::release_batches() {
  std::vector<record::Batch> batches;
  for (Part& part : parts_) batches.push_back(std::move(part.batch));
  parts_.clear();
  memory_bytes_ = 0;
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
