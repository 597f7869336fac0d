#include "query/groups/spilled_groups.h"

#include <algorithm>

#include "query/pipeline/held_rows.h"
#include "query/table/value_order.h"

namespace logmill::query {
namespace {

constexpr std::string_view kHashField = "hash";

std::string state_field(std::size_t call) { return "state" + std::to_string(call); }

// The end of the rows from `row` on that can go into one table.
std::uint32_t end_of_part(const record::Column& hashes, std::uint32_t rows, std::uint32_t row, bool one_series) {
  std::uint32_t end = one_series ? row : rows - 1;
  if (one_series) {
    while (end < rows && hashes.at(end) == hashes.at(row)) ++end;
    return end;
  }
  // The last series may go on in the next batch.
  while (end > row && hashes.at(end - 1) == hashes.at(rows - 1)) --end;
  return end > row ? end : rows;
}

}  // namespace

std::optional<std::size_t> time_key(const GroupPlan& plan) {
  const auto found = std::ranges::find_if(plan.keys, &GroupKey::is_time);
  return found == plan.keys.end() ? std::nullopt : std::optional<std::size_t>(found - plan.keys.begin());
}

std::string group_key_field(std::size_t key) { return "key" + std::to_string(key); }

SpilledGroups::SpilledGroups(const GroupPlan& plan, const Workspace& workspace)
    : plan_(plan), time_key_(time_key(plan)), runs_({SortKey{.field = std::string(kHashField)}}, workspace) {}

std::int64_t SpilledGroups::hash_of_series(const GroupTable& table, std::size_t group) const {
  std::uint64_t hash = 0;
  for (std::size_t key = 0; key < plan_.keys.size(); ++key)
    if (key != time_key_)
      hash = hash_value(record::Value::integer(static_cast<std::int64_t>(hash + key))) ^ hash_value(table.grouper().value(group, key));
  return static_cast<std::int64_t>(hash);
}

base::Status SpilledGroups::add(const GroupTable& table) {
  struct Hashed {
    std::int64_t hash;
    std::uint32_t group;
    auto operator<=>(const Hashed&) const = default;
  };
  static_assert(sizeof(Hashed) == kAddingBytes);
  std::vector<Hashed> order;
  order.reserve(table.groups());
  for (std::uint32_t group = 0; group < table.groups(); ++group) {
    order.push_back({hash_of_series(table, group), group});
    if (!time_key_ || !table.grouper().value(group, *time_key_).present()) continue;
    first_span_ = std::min(first_span_, table.grouper().value(group, *time_key_).integer());
    last_span_ = std::max(last_span_, table.grouper().value(group, *time_key_).integer());
  }
  std::ranges::sort(order);
  LOGMILL_RETURN_IF_ERROR(runs_.begin());
  record::Batch states;
  std::string state;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t parts = table.parts(order[i].group);
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t row = states.add_row();
      states.set(kHashField, row, record::Value::integer(order[i].hash));
      for (std::size_t key = 0; key < plan_.keys.size(); ++key)
        states.set(group_key_field(key), row, table.grouper().value(order[i].group, key));
      for (std::size_t call = 0; call < plan_.calls.size(); ++call) {
        state.clear();
        table.save(call, order[i].group, part, state);
        states.set(state_field(call), row, record::Value::string(states.own(state)));
      }
    }
    if (i + 1 < order.size() && states.rows() < SortedRuns::kChunkRows && states.text_bytes() < SortedRuns::kChunkTextBytes) continue;
    LOGMILL_RETURN_IF_ERROR(runs_.append(states, all_rows(states.rows())));
    states.clear();
  }
  return runs_.end();
}

void SpilledGroups::share(const SpilledGroups& other) {
  runs_.share(other.runs_);
  first_span_ = std::min(first_span_, other.first_span_);
  last_span_ = std::max(last_span_, other.last_span_);
}

base::Status SpilledGroups::load(const record::Batch& states, std::uint32_t first, std::uint32_t last, GroupTable& table) const {
  std::vector<record::Value> values(plan_.keys.size());
  for (std::uint32_t row = first; row < last; ++row) {
    for (std::size_t key = 0; key < values.size(); ++key) values[key] = states.get(group_key_field(key), row);
    const std::uint32_t group = table.grouper().group_of(values);
    for (std::size_t call = 0; call < plan_.calls.size(); ++call)
      if (!table.load(call, group, states.get(state_field(call), row).text()))
        return base::Error{base::ErrorCode::io, "temporary file: changed by somebody else"};
  }
  return {};
}

base::Status SpilledGroups::merge(const Use& use) {
  const bool one_series = plan_.gaps == GroupPlan::Gaps::fill;
  std::unique_ptr<GroupTable> table;
  record::Value last_hash;
  const auto collect = [&](const record::Batch& states) -> base::Result<bool> {
    const record::Column& hashes = *states.find(kHashField);
    const auto rows = static_cast<std::uint32_t>(states.rows());
    for (std::uint32_t row = 0, end = 0; row < rows; row = end) {
      end = end_of_part(hashes, rows, row, one_series);
      if (table && last_hash != hashes.at(row)) {
        LOGMILL_ASSIGN_OR_RETURN(const bool go_on, use(*table));
        table.reset();
        if (!go_on) return false;
      }
      if (!table) table = std::make_unique<GroupTable>(plan_.calls, plan_.keys);
      LOGMILL_RETURN_IF_ERROR(load(states, row, end, *table));
      last_hash = hashes.at(end - 1);
    }
    return true;
  };
  LOGMILL_RETURN_IF_ERROR(runs_.merge(collect));
  if (!table) return {};
  const auto used = use(*table);
  return used ? base::Status{} : base::Status(used.error());
}

}  // namespace logmill::query
