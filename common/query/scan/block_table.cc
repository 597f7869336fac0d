#include "query/scan/block_table.h"

#include <algorithm>

#include "record/fields.h"
#include "record/log_id.h"
#include "store/template_column.h"

namespace logmill::query {
namespace {

// Making all texts of a column at once costs less a text.
constexpr std::size_t kFewRows = 4;

}  // namespace

base::Result<store::TemplateColumn*> BlockTable::templates(std::string_view name) {
  if (name == record::kLogId) return nullptr;
  LOGMILL_ASSIGN_OR_RETURN(store::TemplateColumn* const column, block_.templates(name));
  decoded_ |= column != nullptr;
  return column;
}

base::Result<const store::NumberColumn*> BlockTable::numbers(std::string_view name) {
  if (name == record::kTimestamp || name == record::kLevel || name == record::kLogId) return nullptr;
  decoded_ = true;
  return block_.numbers(name);
}

store::ColumnZone BlockTable::zone(std::string_view name) {
  const auto summary = block_.summary(name);
  if (!summary && name == record::kLogId) return zone_of_log_ids();
  return summary ? summary->zone : store::ColumnZone{};
}

// By the streams: ids of others are not here.
store::ColumnZone BlockTable::zone_of_log_ids() const {
  store::ColumnZone zone;
  for (const store::BlockReader::RangeRows& entry : block_.ranges()) {
    if (!entry.range.named() || entry.rows == 0) continue;
    std::array<char, record::kLogIdBytes> id;
    record::write_log_id(id.data(), entry.range.stream, entry.range.epoch, entry.range.from);
    std::array<char, 8> prefix;
    std::copy_n(id.begin(), prefix.size(), prefix.begin());
    const bool first = zone.kind == store::ColumnZone::Kind::none;
    zone.kind = store::ColumnZone::Kind::texts;
    zone.prefix_min = first ? prefix : std::min(zone.prefix_min, prefix);
    zone.prefix_max = first ? prefix : std::max(zone.prefix_max, prefix);
  }
  return zone;
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
  if (name == record::kLogId) return log_ids();
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

base::Result<ColumnView> BlockTable::log_ids() {
  const auto [known, is_new] = texts_.try_emplace(std::string(record::kLogId));
  std::vector<record::Value>& values = known->second;
  if (!is_new) return ColumnView{values, {}};
  auto own = block_.column(record::kLogId);
  if (!own) {
    texts_.erase(known);
    return std::move(own).error();
  }
  values.resize(rows());
  if (*own)
    for (std::size_t row = 0; row < values.size(); ++row) values[row] = ColumnView{(*own)->values, (*own)->codes}.at(row);
  auto wanted = wanted_ ? wanted_->begin() : std::span<const std::uint32_t>::iterator();
  std::size_t end = 0;
  for (const store::BlockReader::RangeRows& entry : block_.ranges()) {
    const std::size_t begin = end;
    end += entry.rows;
    const auto write = [&](std::size_t row) {
      if (values[row].present() || !entry.range.named()) return;
      char* const id = bytes_.allocate(record::kLogIdBytes);
      record::write_log_id(id, entry.range.stream, entry.range.epoch, entry.range.from + (row - begin));
      values[row] = record::Value::string({id, record::kLogIdBytes});
    };
    if (!wanted_)
      for (std::size_t row = begin; row < end; ++row) write(row);
    else
      for (; wanted != wanted_->end() && *wanted < end; ++wanted) write(*wanted);
  }
  return ColumnView{values, {}};
}

bool BlockTable::has_log_ids() const {
  return std::ranges::any_of(block_.ranges(), [](const auto& entry) { return entry.range.named() && entry.rows > 0; });
}

std::vector<std::string_view> BlockTable::field_names() const {
  const std::vector<std::string>& own = block_.column_names();
  std::vector<std::string_view> names(own.begin(), own.end());
  if (shows_log_ids_ && std::ranges::find(names, record::kLogId) == names.end()) names.push_back(record::kLogId);
  return in_common_order(names);
}

}  // namespace logmill::query
