#include "logserve/loki/loki_streams.h"

#include <algorithm>

#include "logserve/loki/logql.h"
#include "logserve/loki/loki_request.h"
#include "query/table/text_of_row.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

// Of lines and labels, while an answer is made.
constexpr std::uint64_t kHeldMax = 128 << 20;

// The line itself, or the time.
bool is_of_line(std::string_view field) { return field == record::kTimestamp || field == record::kMessage || field == record::kRaw; }
bool is_stream_label(std::string_view field) { return std::ranges::find(kStreamLabels, field) != kStreamLabels.end(); }

struct LabelColumn {
  std::string label;  // "name": as JSON
  query::ColumnView values;
  bool of_stream;
};

void append_label(std::string& json, const LabelColumn& column, std::size_t row) {
  const record::Value value = column.values.at(row);
  if (!value.present()) return;
  std::string text;
  record::append_plain(text, value);
  if (text.empty()) return;
  json += json.empty() ? "" : ",";
  json += column.label;
  text::append_json_string(json, text);
}

base::Result<std::vector<LabelColumn>> label_columns(query::Table& table) {
  std::vector<LabelColumn> columns;
  for (const std::string_view field : table.field_names()) {
    if (is_of_line(field)) continue;
    LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView values, table.field(field));
    std::string label;
    text::append_json_string(label, label_of(field));
    columns.push_back({label + ":", values, is_stream_label(field)});
  }
  std::ranges::stable_sort(columns, {}, &LabelColumn::label);
  return columns;
}

}  // namespace

base::Status LokiStreams::push(const query::Rows& rows) {
  LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
  LOGMILL_ASSIGN_OR_RETURN(const auto columns, label_columns(rows.table));
  LOGMILL_ASSIGN_OR_RETURN(const auto lines, query::TextOfRow::of(rows.table, {}));
  for (const std::uint32_t row : rows.selected) {
    std::string labels, metadata;
    for (const LabelColumn& column : columns)
      append_label(column.of_stream || metadata_ == Metadata::among_labels ? labels : metadata, column, row);
    std::string value = "[\"" + std::to_string(times[row]) + "\",";
    text::append_json_string(value, lines.at(row));
    if (metadata_ == Metadata::by_line) value += metadata.empty() ? ",{}" : ",{\"structuredMetadata\":{" + metadata + "}}";
    bytes_ += lines.at(row).size();
    held_ += value.size() + labels.size();
    if (held_ > kHeldMax) return base::Error{base::ErrorCode::too_large, "the lines are too long: ask for fewer"};
    entries_.push_back({stream_of(std::move(labels)), value + "]"});
  }
  return {};
}

std::size_t LokiStreams::stream_of(std::string labels) {
  const auto [found, added] = numbers_.try_emplace(labels, streams_.size());
  if (added) streams_.push_back(std::move(labels));
  return found->second;
}

std::string LokiStreams::json(Order order) const {
  std::vector<std::string> values(streams_.size());
  std::vector<std::size_t> by_first;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[order == Order::latest_first ? entries_.size() - 1 - i : i];
    std::string& of_stream = values[entry.stream];
    if (of_stream.empty()) by_first.push_back(entry.stream);
    of_stream.append(of_stream.empty() ? "" : ",").append(entry.value);
  }
  std::string json = "[";
  for (const std::size_t stream : by_first)
    json.append(json.size() > 1 ? "," : "")
        .append("{\"stream\":{")
        .append(streams_[stream])
        .append("},\"values\":[")
        .append(values[stream])
        .append("]}");
  return json + "]";
}

}  // namespace logmill::logserve
