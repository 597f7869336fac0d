#include "query/groups/group_table.h"

#include <algorithm>

namespace logmill::query {

GroupTable::GroupTable(const std::vector<AggregateCall>& calls, const std::vector<GroupKey>& keys) : calls_(calls), grouper_(keys) {
  for (const AggregateCall& call : calls) aggregates_.push_back(make_aggregate(call));
}

base::Status GroupTable::read(Table& table, const std::string& field, bool as_numbers) {
  if (as_numbers) {
    LOGMILL_ASSIGN_OR_RETURN(const store::NumberColumn* const numbers, table.numbers(field));
    if (numbers) return {};
  }
  if (auto column = table.field(field); !column) return std::move(column).error();
  return {};
}

// p50(x) and p99(x) look at one collection of numbers.
std::unique_ptr<Aggregate> GroupTable::make_aggregate(const AggregateCall& call) const {
  for (std::size_t i = 0; i < aggregates_.size(); ++i)
    if (calls_[i].field == call.field)
      if (auto view = aggregates_[i]->view(call)) return view;
  return find_aggregate(call.function)->make(call);
}

base::Status GroupTable::add(const Rows& rows) {
  // What cannot be read must not have been counted in part.
  for (std::size_t i = 0; i < calls_.size(); ++i)
    if (!calls_[i].field.empty()) LOGMILL_RETURN_IF_ERROR(read(rows.table, calls_[i].field, aggregates_[i]->takes_numbers()));
  LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
  for (const auto& aggregate : aggregates_) LOGMILL_RETURN_IF_ERROR(aggregate->add(rows, group_of_, groups()));
  return {};
}

base::Status GroupTable::add_counts(const Rows& rows, std::span<const std::uint32_t> weights) {
  LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
  for (const auto& aggregate : aggregates_) aggregate->add_counts(group_of_, weights, groups());
  return {};
}

void GroupTable::merge(const GroupTable& other) {
  std::vector<std::uint32_t> map;
  std::vector<record::Value> values(grouper_.keys().size());
  for (std::size_t group = 0; group < other.groups(); ++group) {
    for (std::size_t key = 0; key < values.size(); ++key) values[key] = other.grouper_.value(group, key);
    map.push_back(grouper_.group_of(values));
  }
  for (std::size_t i = 0; i < aggregates_.size(); ++i) aggregates_[i]->merge(*other.aggregates_[i], map, groups());
}

std::size_t GroupTable::parts(std::size_t group) const {
  std::size_t parts = 1;
  for (const auto& aggregate : aggregates_) parts = std::max(parts, aggregate->parts(group));
  return parts;
}

void GroupTable::save(std::size_t call, std::size_t group, std::size_t part, std::string& out) const {
  if (part < aggregates_[call]->parts(group)) aggregates_[call]->save(group, part, out);
}

bool GroupTable::load(std::size_t call, std::size_t group, std::string_view state) {
  return state.empty() || aggregates_[call]->load(group, state, groups());
}

std::size_t GroupTable::memory_bytes() const {
  std::size_t bytes = grouper_.memory_bytes();
  for (const auto& aggregate : aggregates_) bytes += aggregate->memory_bytes();
  return bytes;
}

}  // namespace logmill::query
