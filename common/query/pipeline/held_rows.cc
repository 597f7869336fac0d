#include "query/pipeline/held_rows.h"

#include <algorithm>
#include <numeric>

#include "record/fields.h"

namespace logmill::query {
namespace {

// A projection that owns the table under it.
class HeldTable : public Projection {
 public:
  HeldTable(std::unique_ptr<BatchTable> batch, const std::vector<std::string>& names)
      : Projection(*batch, names), batch_(std::move(batch)) {}

 private:
  std::unique_ptr<BatchTable> batch_;
};

record::Value copy_into(record::Batch& batch, const record::Value& value) {
  if (value.kind() == record::Kind::string) return record::Value::string(batch.own(value.text()));
  if (value.kind() == record::Kind::json) return record::Value::json(batch.own(value.text()));
  return value;
}

}  // namespace

base::Status HeldRows::add(const Rows& rows) {
  const std::size_t first = batch_.rows();
  for (std::size_t i = 0; i < rows.selected.size(); ++i) batch_.add_row();
  for (const std::string_view name : rows.table.field_names()) {
    if (std::ranges::find(names_, name) == names_.end()) names_.emplace_back(name);
    if (name == record::kTimestamp) {
      LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
      for (std::size_t i = 0; i < rows.selected.size(); ++i) batch_.times()[first + i] = times[rows.selected[i]];
    } else if (name == record::kLevel) {
      LOGMILL_ASSIGN_OR_RETURN(const auto levels, rows.table.levels());
      for (std::size_t i = 0; i < rows.selected.size(); ++i) batch_.levels()[first + i] = levels[rows.selected[i]];
    } else {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView from, rows.table.column(name));
      if (from.dictionary())
        add_codes(from, rows.selected, batch_.column_index(name), first);
      else
        add_values(from, rows.selected, batch_.column_index(name), first);
    }
  }
  return {};
}

void HeldRows::add_values(const ColumnView& from, std::span<const std::uint32_t> selected, std::size_t to, std::size_t first) {
  for (std::size_t i = 0; i < selected.size(); ++i) {
    const record::Value value = from.at(selected[i]);
    if (value.present()) batch_.set(to, first + i, copy_into(batch_, value));
  }
}

// A text that many rows have is copied once.
void HeldRows::add_codes(const ColumnView& from, std::span<const std::uint32_t> selected, std::size_t to, std::size_t first) {
  std::vector<record::Value> copies(from.values.size());
  for (std::size_t i = 0; i < selected.size(); ++i) {
    const std::uint16_t code = from.codes[selected[i]];
    if (!from.values[code].present()) continue;
    if (!copies[code].present()) copies[code] = copy_into(batch_, from.values[code]);
    batch_.set(to, first + i, copies[code]);
  }
}

std::unique_ptr<Table> HeldRows::table() { return std::make_unique<HeldTable>(std::make_unique<BatchTable>(batch_), names_); }

std::vector<std::uint32_t> all_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace logmill::query
