#include "store/value_counter.h"

#include <array>

#include "record/fields.h"
#include "record/severity.h"
#include "store/encoding.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

// A column of more bytes has values that are too long to be counted.
constexpr std::uint64_t kCountedBytesMax = 1 << 20;

}  // namespace

base::Status ValueCounter::add_block(BlockReader& block) {
  ++blocks_;
  LOGMILL_RETURN_IF_ERROR(count_levels(block));
  for (const ColumnSummary& column : block.summaries()) {
    const bool has_counts = column.encoding == "dictionary" || column.encoding == "constant";
    if (column.encoding == "timestamps" || column.encoding == "levels") continue;
    const std::string name(column.name);
    columns_[name].given_up |= !has_counts || column.bytes > kCountedBytesMax;
    if (columns_[name].given_up) continue;
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, block.column(name));
    count(columns_[name], *data);
  }
  return {};
}

std::map<std::string, ValueCounts, std::less<>> ValueCounter::finish() {
  std::map<std::string, ValueCounts, std::less<>> all;
  for (auto& [name, column] : columns_) {
    if (column.given_up || column.texts.empty()) continue;
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
    add(columns_[std::string(record::kLevel)], record::Value::string(name), rows[level]);
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
  if (value.is_text() && value.text().size() > kCountedValueBytesMax) {
    column.given_up = true;
    return;
  }
  std::string bytes;
  append_value(bytes, value);
  const auto [known, added] = column.texts.emplace(std::move(bytes), column.values.size());
  if (added) {
    column.given_up = column.values.size() == kCountedValuesMax;
    record::Value copy = value;
    if (value.kind() == record::Kind::string) copy = record::Value::string(arena_.copy(value.text()));
    if (value.kind() == record::Kind::json) copy = record::Value::json(arena_.copy(value.text()));
    column.values.push_back(copy);
  }
  column.cells.push_back({blocks_ - 1, known->second, rows});
}

}  // namespace logmill::store
