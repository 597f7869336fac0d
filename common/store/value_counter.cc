#include "store/value_counter.h"

#include <algorithm>
#include <array>

#include "record/fields.h"
#include "record/severity.h"
#include "store/encoding.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

// The same text, in its bytes as `append_value` wrote them: its text is their end.
record::Value text_in(const std::string& bytes, const record::Value& value) {
  const std::string_view text = std::string_view(bytes).substr(bytes.size() - value.text().size());
  return value.kind() == record::Kind::string ? record::Value::string(text) : record::Value::json(text);
}

// A column of more bytes has values that are too long to be counted.
constexpr std::uint64_t kCountedBytesMax = 1 << 20;
// Of all columns together: with hundreds of thousands of names, or hundreds of columns with many values in many blocks, counts would be
// larger than what they save. Half of it is for names alone, so that a column is not in the way of those that follow.
constexpr std::size_t kMemoryMax = 8 << 20;
// Rows of a value in a block, of all columns in the footer.
constexpr std::size_t kRowCountsMax = 2 << 20;
constexpr std::size_t kOfColumn = 256, kOfText = 128;

}  // namespace

base::Status ValueCounter::add_block(BlockReader& block) {
  ++blocks_;
  LOGMILL_RETURN_IF_ERROR(count_levels(block));
  for (const ColumnSummary& column : block.summaries()) {
    const bool has_counts = column.encoding == "dictionary" || column.encoding == "constant";
    if (column.encoding == "timestamps" || column.encoding == "levels") continue;
    Column* const counted = column_of(column.name);
    if (counted == nullptr) continue;
    if (!has_counts || column.bytes > kCountedBytesMax) give_up(*counted);
    if (counted->given_up) continue;
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, block.column(column.name));
    count(*counted, *data);
    block.forget(column.name);
  }
  return {};
}

void ValueCounter::leave_out_rare(BlockReader& block) {
  for (auto& [name, column] : columns_) {
    if (column.given_up || name == record::kLevel) continue;
    const auto summary = block.summary(name);
    if (summary && summary->encoding == "rare") give_up(column);
  }
}

// nullptr: there are too many. One that is not there may have been in a block before, and can have no counts any more.
ValueCounter::Column* ValueCounter::column_of(std::string_view name) {
  if (const auto known = columns_.find(name); known != columns_.end()) return &known->second;
  const std::size_t bytes = kOfColumn + name.size();
  all_columns_ = all_columns_ && memory_bytes_ + bytes <= kMemoryMax / 2;
  if (!all_columns_) return nullptr;
  memory_bytes_ += bytes;
  return &columns_.try_emplace(std::string(name)).first->second;
}

void ValueCounter::give_up(Column& column) {
  memory_bytes_ -= column.bytes;
  column = {};
  column.given_up = true;
}

// Whether there is so much more for the column: else it is given up.
bool ValueCounter::take_memory(Column& column, std::size_t bytes) {
  if (memory_bytes_ + bytes > kMemoryMax) {
    give_up(column);
    return false;
  }
  column.bytes += bytes;
  memory_bytes_ += bytes;
  return true;
}

std::map<std::string, ValueCounts, std::less<>> ValueCounter::finish() {
  using Counted = std::pair<const std::string, Column>;
  std::vector<const Counted*> smallest_first;
  for (const Counted& column : columns_)
    if (!column.second.given_up && !column.second.texts.empty()) smallest_first.push_back(&column);
  std::ranges::stable_sort(smallest_first, {}, [](const Counted* column) { return column->second.values.size(); });
  std::map<std::string, ValueCounts, std::less<>> all;
  std::size_t row_counts = 0;
  for (const Counted* of : smallest_first) {
    const auto& [name, column] = *of;
    row_counts += blocks_ * column.values.size();
    if (row_counts > kRowCountsMax) break;
    ValueCounts counts;
    counts.values = column.values;
    counts.rows.assign(blocks_ * counts.values.size(), 0);
    for (const Cell& cell : column.cells) counts.rows[cell.block * counts.values.size() + cell.value] = cell.rows;
    all.emplace(name, std::move(counts));
  }
  return all;
}

base::Status ValueCounter::count_levels(BlockReader& block) {
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block.levels());
  std::array<std::uint32_t, record::kSeverities> rows{};
  for (const record::Severity level : *levels) ++rows[static_cast<std::size_t>(level)];
  for (std::size_t level = 1; level < rows.size(); ++level) {
    if (rows[level] == 0) continue;
    const auto name = record::severity_name(static_cast<record::Severity>(level));
    if (Column* const column = column_of(record::kLevel)) add(*column, record::Value::string(name), rows[level]);
  }
  return {};
}

void ValueCounter::count(Column& column, const ColumnData& data) {
  if (column.given_up) return;
  std::vector<std::uint32_t> rows(data.values.size(), 0);
  for (const std::uint16_t code : data.codes) ++rows[code];
  for (std::size_t code = 0; code < rows.size(); ++code)
    if (rows[code] > 0 && data.values[code].present()) add(column, data.values[code], rows[code]);
}

void ValueCounter::add(Column& column, const record::Value& value, std::uint32_t rows) {
  if (column.given_up) return;
  if (value.is_text() && value.text().size() > kCountedValueBytesMax) return give_up(column);
  std::string bytes;
  append_value(bytes, value);
  const auto [known, added] = column.texts.emplace(std::move(bytes), column.values.size());
  if (added) {
    if (column.values.size() == kCountedValuesMax || !take_memory(column, kOfText + 2 * known->first.size())) return give_up(column);
    column.values.push_back(value.is_text() ? text_in(known->first, value) : value);
  }
  if (take_memory(column, sizeof(Cell))) column.cells.push_back({blocks_ - 1, known->second, rows});
}

}  // namespace logmill::store
