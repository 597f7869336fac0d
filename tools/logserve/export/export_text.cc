#include "logserve/export/export_text.h"

#include <algorithm>
#include <array>

#include "logserve/search/field_counts.h"

namespace logmill::logserve {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::array<ExportFormat, 3> kFormats{{{"NDJSON", "ndjson", "application/x-ndjson"},
                                                {"JSON", "ndjson", "application/json", true},
                                                {"CSV", "csv", "text/csv; charset=utf-8"}}};

}  // namespace

base::Result<const ExportFormat*> find_export_format(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (name.empty()) return &kFormats.front();
  const auto found = std::ranges::find(kFormats, name, &ExportFormat::name);
  if (found == kFormats.end()) return base::Error{base::ErrorCode::invalid, "format: NDJSON, JSON or CSV is expected"};
  return &*found;
}

base::Result<std::vector<std::string>> export_columns(StoreSearch& search, const query::Query& query, const ExportFormat& format) {
  std::vector<std::string> columns;
  if (format.printer != "csv") return columns;
  FieldCounts counts;
  LOGMILL_RETURN_IF_ERROR(search.run(query, counts));
  std::vector<std::string_view> names;
  for (const CountedField& field : counts.fields()) names.push_back(field.name);
  if (query.stages().empty()) names = query::in_common_order(names);
  for (const std::string_view name : names)
    if (std::ranges::find(columns, name) == columns.end() &&
        std::ranges::find(counts.fields(), name, &CountedField::name) != counts.fields().end())
      columns.emplace_back(name);
  return columns;
}

ExportText::ExportText(const ExportFormat& format, std::vector<std::string> columns, Write write)
    : format_(format), write_(std::move(write)), printer_(query::find_printer(format.printer)->make({.columns = std::move(columns)})) {
  if (format.array) text_ = "[";
}

base::Status ExportText::push(const query::Rows& rows) {
  if (!format_.array) {
    LOGMILL_RETURN_IF_ERROR(printer_->print(rows, text_));
  } else {
    LOGMILL_RETURN_IF_ERROR(push_elements(rows));
  }
  rows_ += rows.selected.size();
  return text_.size() >= kPieceBytes ? flush() : base::Status{};
}

// Lines, with commas instead of their ends.
base::Status ExportText::push_elements(const query::Rows& rows) {
  lines_.clear();
  LOGMILL_RETURN_IF_ERROR(printer_->print(rows, lines_));
  if (lines_.empty()) return {};
  lines_.pop_back();
  std::ranges::replace(lines_, '\n', ',');
  text_.append(rows_ > 0 ? "," : "").append(lines_);
  return {};
}

base::Status ExportText::finish() {
  LOGMILL_RETURN_IF_ERROR(printer_->finish(text_));
  if (format_.array) text_ += "]\n";
  return flush();
}

base::Status ExportText::flush() {
  LOGMILL_RETURN_IF_ERROR(write_(text_));
  text_.clear();
  return {};
}

}  // namespace logmill::logserve
