#include "query/table/table.h"

#include <algorithm>
#include <array>

#include "record/fields.h"
#include "text/json_writer.h"

namespace logmill::query {
namespace {

std::array<record::Value, record::kSeverities> make_level_values() {
  std::array<record::Value, record::kSeverities> values;
  for (std::size_t i = 1; i < values.size(); ++i)
    values[i] = record::Value::string(record::severity_name(static_cast<record::Severity>(i)));
  return values;
}

}  // namespace

base::Result<ColumnView> Table::field(std::string_view name) {
  if (name == record::kLevel) return level_names();
  if (name == record::kTimestamp) return time_texts();
  return column(name);
}

base::Result<ColumnView> Table::level_names() {
  static const auto kValues = make_level_values();
  if (level_codes_.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto levels, this->levels());
    level_codes_.resize(levels.size());
    std::ranges::transform(levels, level_codes_.begin(), [](record::Severity level) { return static_cast<std::uint16_t>(level); });
  }
  return ColumnView{kValues, level_codes_};
}

base::Result<ColumnView> Table::time_texts() {
  if (time_values_.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, this->times());
    time_values_.resize(times.size());
    std::string text;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] == record::kNoTime) continue;
      text.clear();
      text::append_time_utc(text, times[i]);
      time_values_[i] = record::Value::string(time_bytes_.copy(text));
    }
  }
  return ColumnView{time_values_, {}};
}

base::Result<ColumnView> BatchTable::column(std::string_view name) {
  const record::Column* column = batch_.find(name);
  return column ? ColumnView{column->values, {}} : ColumnView{};
}

std::vector<std::string_view> in_common_order(const std::vector<std::string_view>& columns) {
  constexpr std::string_view kCommonFirst[] = {record::kService, record::kHost, record::kTraceId, record::kMessage};
  std::vector<std::string_view> names = {record::kTimestamp, record::kLevel};
  for (const std::string_view first : kCommonFirst)
    if (std::ranges::find(columns, first) != columns.end()) names.push_back(first);
  for (const std::string_view column : columns)
    if (std::ranges::find(kCommonFirst, column) == std::end(kCommonFirst)) names.push_back(column);
  return names;
}

std::vector<std::string_view> BatchTable::field_names() const {
  std::vector<std::string_view> columns;
  for (const record::Column& column : batch_.columns())
    if (!column.values.empty()) columns.push_back(column.name);
  return in_common_order(columns);
}

}  // namespace logmill::query
