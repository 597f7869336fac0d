#include "query/groups/grouper.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/hash.h"

namespace logmill::query {
namespace {

// A table of so many combinations fits a cache of the second level.
constexpr std::size_t kCombinationsMax = 1 << 16;
constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kGroupSlots = 64;

}  // namespace

std::int64_t floor_to(std::int64_t time, std::int64_t span) {
  const std::int64_t rest = time % span;
  return time - (rest < 0 ? rest + span : rest);
}

Grouper::Grouper(std::vector<GroupKey> keys) : keys_(std::move(keys)), values_(keys_.size()) {}

base::Status Grouper::assign(const Rows& rows, std::vector<std::uint32_t>& group_of) {
  if (keys_.empty()) group_of.assign(rows.selected.size(), 0);
  if (keys_.empty()) return {};
  if (keys_.size() == 1) return assign_key(0, rows, group_of);
  group_of.resize(rows.selected.size());
  LOGMILL_ASSIGN_OR_RETURN(const bool assigned, assign_codes(rows, group_of));
  if (assigned) return {};
  ids_.resize(keys_.size());
  for (std::size_t key = 0; key < keys_.size(); ++key) LOGMILL_RETURN_IF_ERROR(assign_key(key, rows, ids_[key]));
  assign_tuples(group_of);
  return {};
}

// Where all keys have dictionaries and few combinations of their codes are possible: each is looked
// up once, and rows by nothing but their codes. False where not.
base::Result<bool> Grouper::assign_codes(const Rows& rows, std::vector<std::uint32_t>& group_of) {
  std::vector<ColumnView> columns;
  std::size_t combinations = 1;
  for (const GroupKey& key : keys_) {
    if (key.is_time()) return false;
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(key.field));
    combinations *= column.values.size();
    if (!column.dictionary() || combinations > kCombinationsMax) return false;
    columns.push_back(column);
  }
  by_combination_.assign(combinations, kUnknown);
  combined_.assign(group_of.size(), 0);
  std::uint32_t *const combined = combined_.data(), *const by_combination = by_combination_.data(), *const to = group_of.data();
  const std::uint32_t* const row = rows.selected.data();
  const std::size_t count = group_of.size(), last = columns.size() - 1;
  for (std::size_t key = 0; key < last; ++key) {
    const std::uint16_t* const codes = columns[key].codes.data();
    const auto stride = static_cast<std::uint32_t>(columns[key + 1].values.size());
    for (std::size_t i = 0; i < count; ++i) combined[i] = (combined[i] + codes[row[i]]) * stride;
  }
  const std::uint16_t* const codes = columns[last].codes.data();
  std::vector<std::uint32_t> tuple(keys_.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t& group = by_combination[combined[i] + codes[row[i]]];
    if (group == kUnknown) {
      for (std::size_t key = 0; key < tuple.size(); ++key) tuple[key] = values_[key].intern(columns[key].at(row[i]));
      group = find_or_add(tuple);
    }
    to[i] = group;
  }
  return true;
}

// Where few combinations are possible each is looked up once, through a table; else they are looked
// up row by row.
void Grouper::assign_tuples(std::vector<std::uint32_t>& group_of) {
  std::vector<std::uint32_t> tuple(keys_.size());
  if (!number_combinations()) {
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      for (std::size_t key = 0; key < keys_.size(); ++key) tuple[key] = ids_[key][i];
      group_of[i] = find_or_add(tuple);
    }
    return;
  }
  std::uint32_t *const by_combination = by_combination_.data(), *const to = group_of.data();
  const std::uint32_t* const combined = combined_.data();
  for (std::size_t i = 0, count = group_of.size(); i < count; ++i) {
    std::uint32_t group = by_combination[combined[i]];
    if (group == kUnknown) {
      for (std::size_t key = 0; key < keys_.size(); ++key) tuple[key] = ids_[key][i];
      group = by_combination[combined[i]] = find_or_add(tuple);
    }
    to[i] = group;
  }
}

bool Grouper::number_combinations() {
  std::size_t combinations = 1;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    const auto stride = static_cast<std::uint32_t>(combinations);
    combinations *= number_anew(key);
    if (combinations > kCombinationsMax) return false;
    if (key == 0)
      combined_ = local_;
    else
      for (std::size_t i = 0; i < combined_.size(); ++i) combined_[i] += stride * local_[i];
  }
  by_combination_.assign(combinations, kUnknown);
  return true;
}

// Numbers the ids of a key from 0, as they come; how many there are.
std::size_t Grouper::number_anew(std::size_t key) {
  const std::vector<std::uint32_t>& ids = ids_[key];
  local_of_.assign(values_[key].size(), kUnknown);
  local_.resize(ids.size());
  std::uint32_t locals = 0;
  const std::uint32_t* const id = ids.data();
  std::uint32_t *const local_of = local_of_.data(), *const to = local_.data();
  for (std::size_t i = 0, count = ids.size(); i < count; ++i) {
    std::uint32_t local = local_of[id[i]];
    if (local == kUnknown) local = local_of[id[i]] = locals++;
    to[i] = local;
  }
  return locals;
}

std::uint32_t Grouper::group_of(const std::vector<record::Value>& values) {
  if (keys_.empty()) return 0;
  std::vector<std::uint32_t> ids(values.size());
  for (std::size_t key = 0; key < values.size(); ++key) ids[key] = values_[key].intern(values[key]);
  return ids.size() == 1 ? ids[0] : find_or_add(ids);
}

base::Status Grouper::assign_key(std::size_t key, const Rows& rows, std::vector<std::uint32_t>& ids) {
  if (keys_[key].is_time()) return assign_time(key, rows, ids);
  LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(keys_[key].field));
  ids.resize(rows.selected.size());
  if (!column.dictionary()) {
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = values_[key].intern(column.at(rows.selected[i]));
    return {};
  }
  std::vector<std::uint32_t> id_of_code(column.values.size(), kUnknown);
  const std::uint16_t* const codes = column.codes.data();
  const std::uint32_t* const row = rows.selected.data();
  std::uint32_t *const known = id_of_code.data(), *const to = ids.data();
  for (std::size_t i = 0, count = ids.size(); i < count; ++i) {
    std::uint32_t id = known[codes[row[i]]];
    if (id == kUnknown) id = known[codes[row[i]]] = values_[key].intern(column.at(row[i]));
    to[i] = id;
  }
  return {};
}

base::Status Grouper::assign_time(std::size_t key, const Rows& rows, std::vector<std::uint32_t>& ids) {
  LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
  ids.resize(rows.selected.size());
  const std::int64_t span = keys_[key].span_ns;
  std::int64_t last_start = 0;
  std::uint32_t last_id = kUnknown;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const base::TimeNs time = times[rows.selected[i]];
    if (time == record::kNoTime) {
      ids[i] = values_[key].intern({});
      continue;
    }
    if (last_id == kUnknown || time < last_start || time - last_start >= span) {
      last_start = floor_to(time, span);
      last_id = values_[key].intern(record::Value::integer(last_start));
    }
    ids[i] = last_id;
  }
  return {};
}

std::uint32_t Grouper::find_or_add(const std::vector<std::uint32_t>& tuple) {
  if (2 * (groups_ + 1) > slots_.size()) grow();
  std::uint32_t& slot = slots_[slot_of(tuple.data())];
  if (slot != kUnknown) return slot;
  slot = static_cast<std::uint32_t>(groups_);
  tuples_.insert(tuples_.end(), tuple.begin(), tuple.end());
  ++groups_;
  return slot;
}

// Where the tuple is, or where it belongs.
std::size_t Grouper::slot_of(const std::uint32_t* tuple) const {
  const std::size_t ids = keys_.size();
  std::size_t slot = base::xxh3_64({reinterpret_cast<const char*>(tuple), ids * sizeof *tuple}) & (slots_.size() - 1);
  while (slots_[slot] != kUnknown && !std::equal(tuple, tuple + ids, tuples_.data() + slots_[slot] * ids))
    slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void Grouper::grow() {
  slots_.assign(std::max(kGroupSlots, 2 * slots_.size()), kUnknown);
  for (std::uint32_t group = 0; group < groups_; ++group) slots_[slot_of(tuples_.data() + group * keys_.size())] = group;
}

std::size_t Grouper::memory_bytes() const {
  std::size_t bytes = (tuples_.capacity() + slots_.capacity()) * sizeof tuples_[0];
  for (const ValueInterner& values : values_) bytes += values.memory_bytes();
  return bytes;
}

}  // namespace logmill::query
