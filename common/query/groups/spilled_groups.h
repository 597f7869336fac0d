// Groups that did not fit into memory: what was collected of each, in runs sorted by a hash, so that
// all that belongs to one group comes together again in the merge.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

#include "query/groups/group_stage.h"
#include "query/groups/group_table.h"
#include "query/pipeline/sorted_runs.h"

namespace logmill::query {

// The number of the key that is a span of time.
std::optional<std::size_t> time_key(const GroupPlan& plan);

// In rows that stand for groups: the field of a key's value, as the grouper has it.
std::string group_key_field(std::size_t key);

class SpilledGroups {
 public:
  // Both must outlive it.
  SpilledGroups(const GroupPlan& plan, const Workspace& workspace);

  bool empty() const { return runs_.empty(); }
  // A copy of all groups of a table. Takes so much memory for each of them meanwhile.
  static constexpr std::size_t kAddingBytes = 16;
  base::Status add(const GroupTable& table);
  // Takes in what `other`, of the same plan, has, which keeps it too.
  void share(const SpilledGroups& other);

  // Between which starts all spans of time lie; of none first > last.
  std::int64_t first_span() const { return first_span_; }
  std::int64_t last_span() const { return last_span_; }

  // All groups, a table at a time, as long as `use` says so. All spans of time of a series, which is what the other keys tell
  // apart, are in one table; where gaps are to be filled, a table holds one series.
  using Use = std::function<base::Result<bool>(GroupTable&)>;
  base::Status merge(const Use& use);

 private:
  std::int64_t hash_of_series(const GroupTable& table, std::size_t group) const;
  base::Status load(const record::Batch& states, std::uint32_t first, std::uint32_t last, GroupTable& table) const;

  const GroupPlan& plan_;
  std::optional<std::size_t> time_key_;
  SortedRuns runs_;
  std::int64_t first_span_ = std::numeric_limits<std::int64_t>::max(), last_span_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace logmill::query
