#include "query/pipeline/row_order.h"

#include <algorithm>

#include "query/pipeline/held_rows.h"
#include "query/table/value_order.h"
#include "record/fields.h"

namespace logmill::query {

OrderedFields::OrderedFields(const record::Batch& batch, std::span<const SortKey> keys) : batch_(&batch), keys_(keys) {
  for (const SortKey& key : keys) {
    if (key.field == record::kTimestamp) {
      fields_.push_back({Field::Place::time, nullptr});
    } else if (key.field == record::kLevel) {
      fields_.push_back({Field::Place::level, nullptr});
    } else {
      const record::Column* const column = batch.find(key.field);
      fields_.push_back({column ? Field::Place::column : Field::Place::nowhere, column});
    }
  }
}

record::Value OrderedFields::value(const Field& field, std::uint32_t row) const {
  switch (field.place) {
    case Field::Place::nowhere: return {};
    case Field::Place::column: return field.column->at(row);
    case Field::Place::time: {
      const base::TimeNs time = batch_->times()[row];
      return time == record::kNoTime ? record::Value{} : record::Value::integer(time);
    }
    case Field::Place::level: {
      const record::Severity level = batch_->levels()[row];
      return level == record::Severity::none ? record::Value{} : record::Value::integer(static_cast<int>(level));
    }
  }
  return {};
}

std::weak_ordering OrderedFields::compare(std::uint32_t row, const OrderedFields& other, std::uint32_t other_row) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const record::Value ours = value(fields_[i], row), theirs = other.value(other.fields_[i], other_row);
    if (keys_[i].absent == SortKey::Absent::last && ours.present() != theirs.present())
      return ours.present() ? std::weak_ordering::less : std::weak_ordering::greater;
    const auto order = keys_[i].descending ? compare_values(theirs, ours) : compare_values(ours, theirs);
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

std::vector<std::uint32_t> sorted_rows(const record::Batch& batch, std::span<const SortKey> keys) {
  const OrderedFields fields(batch, keys);
  std::vector<std::uint32_t> order = all_rows(batch.rows());
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) { return fields.compare(a, fields, b) < 0; });
  return order;
}

void take_rows(const record::Batch& from, std::span<const std::uint32_t> rows, record::Batch& to) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    to.add_row();
    to.times()[i] = from.times()[rows[i]];
    to.levels()[i] = from.levels()[rows[i]];
  }
  for (const record::Column& column : from.columns()) {
    const std::size_t index = to.column_index(column.name);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (const record::Value value = column.at(rows[i]); value.present()) to.set(index, i, value);
  }
}

}  // namespace logmill::query
