#include "query/scan/block_table.h"

#include "record/fields.h"
#include "store/template_column.h"

namespace logmill::query {
namespace {

// Making all texts of a column at once costs less a text.
constexpr std::size_t kFewRows = 4;

}  // namespace

base::Result<store::TemplateColumn*> BlockTable::templates(std::string_view name) {
  LOGMILL_ASSIGN_OR_RETURN(store::TemplateColumn* const column, block_.templates(name));
  decoded_ |= column != nullptr;
  return column;
}

base::Result<const store::NumberColumn*> BlockTable::numbers(std::string_view name) {
  if (name == record::kTimestamp || name == record::kLevel) return nullptr;
  decoded_ = true;
  return block_.numbers(name);
}

store::ColumnZone BlockTable::zone(std::string_view name) {
  const auto summary = block_.summary(name);
  return summary ? summary->zone : store::ColumnZone{};
}

base::Result<std::span<const base::TimeNs>> BlockTable::times() {
  decoded_ = true;
  LOGMILL_ASSIGN_OR_RETURN(const auto* times, block_.times());
  return std::span(*times);
}

base::Result<std::span<const record::Severity>> BlockTable::levels() {
  decoded_ = true;
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block_.levels());
  return std::span(*levels);
}

base::Result<ColumnView> BlockTable::column(std::string_view name) {
  decoded_ = true;
  if (wanted_ && wanted_->size() < rows() / kFewRows) {
    LOGMILL_ASSIGN_OR_RETURN(store::TemplateColumn* const templates, block_.templates(name));
    if (templates) return wanted_texts(*templates, name);
  }
  LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* column, block_.column(name));
  return column ? ColumnView{column->values, column->codes} : ColumnView{};
}

base::Result<ColumnView> BlockTable::wanted_texts(store::TemplateColumn& templates, std::string_view name) {
  const auto [known, is_new] = texts_.try_emplace(std::string(name));
  std::vector<record::Value>& values = known->second;
  if (!is_new) return ColumnView{values, {}};
  std::vector<std::uint32_t> present;
  for (const std::uint32_t row : *wanted_)
    if (templates.template_of()[row] != store::TemplateColumn::kNoTemplate) present.push_back(row);
  std::vector<record::Value> made(present.size());
  if (!templates.render(present, bytes_, made.data())) {
    texts_.erase(known);
    return base::Error{base::ErrorCode::corrupt, "column " + std::string(name) + ": damaged"};
  }
  values.resize(rows());
  for (std::size_t i = 0; i < present.size(); ++i) values[present[i]] = made[i];
  return ColumnView{values, {}};
}

std::vector<std::string_view> BlockTable::field_names() const {
  const std::vector<std::string>& names = block_.column_names();
  return in_common_order({names.begin(), names.end()});
}

}  // namespace logmill::query
