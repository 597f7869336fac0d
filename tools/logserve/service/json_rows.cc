#include "logserve/service/json_rows.h"

#include <algorithm>

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kBytesMax = 256 << 20;

}  // namespace

JsonRows::JsonRows(std::uint64_t rows_max) : rows_max_(rows_max), printer_(query::find_printer("ndjson")->make({})) {}

base::Status JsonRows::push(const query::Rows& rows) {
  if (rows.selected.empty()) return {};
  if (rows_.size() + rows.selected.size() > rows_max_)
    return base::Error{base::ErrorCode::too_large,
                       "more than " + std::to_string(rows_max_) + " rows: narrow the query, or add a head or tail stage"};
  LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
  text_.clear();
  LOGMILL_RETURN_IF_ERROR(printer_->print(rows, text_));
  bytes_ += text_.size();
  if (bytes_ > kBytesMax) return base::Error{base::ErrorCode::too_large, "the rows are too large: ask for fewer"};
  std::string_view rest = text_;
  for (const std::uint32_t row : rows.selected) {
    const std::size_t end = rest.find('\n');
    rows_.push_back({std::string(rest.substr(0, end)), row < times.size() ? times[row] : 0});
    rest.remove_prefix(end + 1);
  }
  return {};
}

void append_array(std::string& out, const std::vector<JsonRow>& rows) {
  out += '[';
  for (const JsonRow& row : rows) {
    if (&row != &rows.front()) out += ',';
    out += row.json;
  }
  out += ']';
}

}  // namespace logmill::logserve
