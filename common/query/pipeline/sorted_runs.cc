#include "query/pipeline/sorted_runs.h"

#include <algorithm>
#include <optional>

#include "codec/frame_payload.h"
#include "query/pipeline/held_rows.h"

namespace logmill::query {
namespace {

// The texts stay where they are.
std::size_t copy_row(const record::Batch& from, std::uint32_t from_row, record::Batch& to, const std::vector<std::size_t>& columns) {
  const std::size_t row = to.add_row();
  to.times()[row] = from.times()[from_row];
  to.levels()[row] = from.levels()[from_row];
  std::size_t text_bytes = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const record::Value value = from.columns()[i].at(from_row);
    if (!value.present()) continue;
    to.set(columns[i], row, value);
    if (value.is_text()) text_bytes += value.text().size();
  }
  return text_bytes;
}

std::vector<std::size_t> same_columns(const record::Batch& from, record::Batch& to) {
  std::vector<std::size_t> columns;
  for (const record::Column& column : from.columns()) columns.push_back(to.column_index(column.name));
  return columns;
}

}  // namespace

// Where a merge is in a run.
class SortedRuns::Cursor {
 public:
  Cursor(const Run& run, std::span<const SortKey> keys) : run_(run), keys_(keys) {}

  bool at_end() const { return next_chunk_ == run_.chunks.size() && !more_in_chunk(); }
  bool more_in_chunk() const { return row_ < rows_.rows(); }
  const record::Batch& rows() const { return rows_; }
  std::uint32_t row() const { return row_; }
  void advance() { ++row_; }
  bool before(const Cursor& other) const { return fields_->compare(row_, *other.fields_, other.row_) < 0; }

  // What points into the chunk before is gone then.
  base::Status load() {
    const Chunk& chunk = run_.chunks[next_chunk_++];
    payload_.resize(chunk.bytes);
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, run_.file->read_at(chunk.offset, payload_.data(), chunk.bytes));
    if (got != chunk.bytes) return base::Error{base::ErrorCode::io, "temporary file: became shorter"};
    rows_ = {};
    row_ = 0;
    LOGMILL_RETURN_IF_ERROR(codec::decode_frame_payload(payload_, chunk.rows, rows_));
    fields_.emplace(rows_, keys_);
    return {};
  }

 private:
  const Run& run_;
  std::span<const SortKey> keys_;
  std::size_t next_chunk_ = 0;
  std::string payload_;
  record::Batch rows_;
  std::uint32_t row_ = 0;
  std::optional<OrderedFields> fields_;
};

base::Status SortedRuns::begin() {
  open_ = std::make_shared<Run>();
  LOGMILL_ASSIGN_OR_RETURN(open_->file, workspace_.temporary_file());
  return {};
}

base::Status SortedRuns::append(const record::Batch& batch, std::span<const std::uint32_t> rows) {
  record::Batch chunk;
  for (std::size_t i = 0; i < rows.size();) {
    chunk = {};
    const std::vector<std::size_t> columns = same_columns(batch, chunk);
    for (std::size_t bytes = 0; i < rows.size() && chunk.rows() < kChunkRows && bytes < kChunkTextBytes; ++i)
      bytes += copy_row(batch, rows[i], chunk, columns);
    payload_.clear();
    codec::append_frame_payload(chunk, 0, chunk.rows(), payload_);
    LOGMILL_RETURN_IF_ERROR(open_->file->append(payload_.view()));
    open_->chunks.push_back({open_->bytes, static_cast<std::uint32_t>(payload_.size()), static_cast<std::uint32_t>(chunk.rows())});
    open_->bytes += payload_.size();
  }
  return {};
}

base::Status SortedRuns::end() {
  if (!open_->chunks.empty()) runs_.push_back(std::move(open_));
  open_.reset();
  while (last_are_of_one_level()) LOGMILL_RETURN_IF_ERROR(merge_last());
  return {};
}

void SortedRuns::share(const SortedRuns& other) { runs_.insert(runs_.end(), other.runs_.begin(), other.runs_.end()); }

bool SortedRuns::last_are_of_one_level() const {
  if (runs_.size() < kFanIn) return false;
  const unsigned level = runs_.back()->level;
  return std::all_of(runs_.end() - kFanIn, runs_.end(), [level](const auto& run) { return run->level == level; });
}

// The last kFanIn runs become one.
base::Status SortedRuns::merge_last() {
  const Runs last(runs_.end() - static_cast<std::ptrdiff_t>(std::min(kFanIn, runs_.size())), runs_.end());
  LOGMILL_RETURN_IF_ERROR(begin());
  for (const auto& run : last) open_->level = std::max(open_->level, run->level + 1);
  const auto use = [this](const record::Batch& rows) -> base::Result<bool> {
    LOGMILL_RETURN_IF_ERROR(append(rows, all_rows(rows.rows())));
    return true;
  };
  LOGMILL_RETURN_IF_ERROR(merge_runs(last, use));
  runs_.resize(runs_.size() - last.size());
  runs_.push_back(std::move(open_));
  return {};
}

base::Status SortedRuns::merge(const Use& use) {
  while (runs_.size() > kFanIn) LOGMILL_RETURN_IF_ERROR(merge_last());
  return merge_runs(runs_, use);
}

base::Status SortedRuns::merge_runs(std::span<const std::shared_ptr<const Run>> runs, const Use& use) const {
  std::vector<std::unique_ptr<Cursor>> cursors;  // of the runs that are not at their end, in their order
  for (const auto& run : runs) {
    cursors.push_back(std::make_unique<Cursor>(*run, keys_));
    LOGMILL_RETURN_IF_ERROR(cursors.back()->load());
  }
  record::Batch merged;
  std::vector<std::vector<std::size_t>> columns;
  const auto start_batch = [&] {
    merged = {};
    columns.clear();
    for (const auto& cursor : cursors) columns.push_back(same_columns(cursor->rows(), merged));
  };
  start_batch();
  while (!cursors.empty()) {
    std::size_t least = 0;
    for (std::size_t i = 1; i < cursors.size(); ++i)
      if (cursors[i]->before(*cursors[least])) least = i;
    Cursor& cursor = *cursors[least];
    copy_row(cursor.rows(), cursor.row(), merged, columns[least]);
    cursor.advance();
    if (cursor.more_in_chunk()) continue;
    // What was merged points into the chunk.
    LOGMILL_ASSIGN_OR_RETURN(const bool go_on, use(merged));
    if (!go_on) return {};
    if (cursor.at_end())
      cursors.erase(cursors.begin() + static_cast<std::ptrdiff_t>(least));
    else
      LOGMILL_RETURN_IF_ERROR(cursor.load());
    start_batch();
  }
  return {};
}

}  // namespace logmill::query
