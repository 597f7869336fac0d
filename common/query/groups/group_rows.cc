#include "query/groups/group_rows.h"

#include <algorithm>

#include "query/groups/spilled_groups.h"
#include "query/pipeline/held_rows.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::query {
namespace {

record::Value own(record::Batch& batch, const record::Value& value) {
  if (value.kind() == record::Kind::string) return record::Value::string(batch.own(value.text()));
  return value.kind() == record::Kind::json ? record::Value::json(batch.own(value.text())) : value;
}

void set_key(record::Batch& batch, std::size_t row, const GroupKey& key, const record::Value& value) {
  if (!value.present()) return;
  if (key.is_time())
    batch.times()[row] = value.integer();
  else if (key.field == record::kTimestamp)
    batch.times()[row] = text::parse_rfc3339(value.text()).value_or(record::kNoTime);
  else if (key.field == record::kLevel)
    batch.levels()[row] = record::severity_from_text(value.text()).value_or(record::Severity::none);
  else
    batch.set(key.field, row, own(batch, value));
}

std::string result_field(std::size_t call) { return "result" + std::to_string(call); }

}  // namespace

void set_group_keys(const GroupPlan& plan, const GroupTable& table, std::size_t group, record::Batch& batch, std::size_t row) {
  for (std::size_t key = 0; key < plan.keys.size(); ++key) set_key(batch, row, plan.keys[key], table.grouper().value(group, key));
}

GroupRows::GroupRows(const GroupPlan& plan) : plan_(plan) {
  for (const GroupKey& key : plan.keys) names_.emplace_back(key.is_time() ? record::kTimestamp : key.field);
  for (const AggregateCall& call : plan.calls) names_.push_back(call.result_name());
}

void GroupRows::add(const GroupTable& table, std::size_t group) {
  const std::size_t row = batch_.add_row();
  set_group_keys(plan_, table, group, batch_, row);
  for (std::size_t call = 0; call < plan_.calls.size(); ++call)
    batch_.set(names_[plan_.keys.size() + call], row, table.result(call, group, batch_.arena()));
}

void GroupRows::add(const record::Value* keys, const record::Value* results) {
  const std::size_t row = batch_.add_row();
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) set_key(batch_, row, plan_.keys[key], keys[key]);
  for (std::size_t call = 0; call < plan_.calls.size(); ++call)
    batch_.set(names_[plan_.keys.size() + call], row, own(batch_, results[call]));
}

base::Status GroupRows::give_on(Stage& next) {
  BatchTable table(batch_);
  Projection projection(table, names_);
  LOGMILL_RETURN_IF_ERROR(next.push({projection, all_rows(batch_.rows())}));
  batch_.clear();
  return {};
}

void add_result(const GroupPlan& plan, const GroupTable& table, std::size_t group, record::Batch& batch) {
  const std::size_t row = batch.add_row();
  for (std::size_t key = 0; key < plan.keys.size(); ++key) batch.set(group_key_field(key), row, table.grouper().value(group, key));
  for (std::size_t call = 0; call < plan.calls.size(); ++call) batch.set(result_field(call), row, table.result(call, group, batch.arena()));
}

std::vector<SortKey> result_order(const GroupPlan& plan) {
  std::vector<SortKey> order;
  const auto add = [&order](std::string field, bool descending) {
    order.push_back({std::move(field), descending, SortKey::Absent::least});
  };
  if (const auto time = time_key(plan))
    add(group_key_field(*time), false);
  else
    add(result_field(0), plan.order == GroupPlan::Order::most_first);
  for (std::size_t key = 0; key < plan.keys.size(); ++key) add(group_key_field(key), false);
  return order;
}

base::Status SortedResults::push(const Rows& rows) {
  std::vector<ColumnView> fields;
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    LOGMILL_ASSIGN_OR_RETURN(fields.emplace_back(), rows.table.column(group_key_field(key)));
  }
  for (std::size_t call = 0; call < plan_.calls.size(); ++call) {
    LOGMILL_ASSIGN_OR_RETURN(fields.emplace_back(), rows.table.column(result_field(call)));
  }
  std::vector<record::Value> values(fields.size());
  for (const std::uint32_t row : rows.selected) {
    if (satisfied()) break;
    for (std::size_t i = 0; i < fields.size(); ++i) values[i] = fields[i].at(row);
    rows_.add(values.data(), values.data() + plan_.keys.size());
    ++given_;
  }
  return rows_.size() > 0 ? rows_.give_on(next_) : base::Status{};
}

}  // namespace logmill::query
