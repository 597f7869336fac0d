// Groups of rows and the aggregates over them, and what was collected of them as text, for another
// table of the same plan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/groups/aggregate.h"
#include "query/groups/grouper.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

class GroupTable {
 public:
  GroupTable(const std::vector<AggregateCall>& calls, const std::vector<GroupKey>& keys);

  base::Status add(const Rows& rows);
  base::Status add_counts(const Rows& rows, std::span<const std::uint32_t> weights);
  void merge(const GroupTable& other);

  Grouper& grouper() { return grouper_; }
  const Grouper& grouper() const { return grouper_; }
  std::size_t groups() const { return grouper_.groups(); }
  // Of the aggregate `call`. Text is put into `bytes`.
  record::Value result(std::size_t call, std::size_t group, base::Arena& bytes) const { return aggregates_[call]->result(group, bytes); }

  // Much comes in several parts.
  std::size_t parts(std::size_t group) const;
  // Of the aggregate `call`; empty if all of it is in other parts.
  void save(std::size_t call, std::size_t group, std::size_t part, std::string& out) const;
  // False if it is no such state.
  bool load(std::size_t call, std::size_t group, std::string_view state);

  // About.
  std::size_t memory_bytes() const;

 private:
  std::unique_ptr<Aggregate> make_aggregate(const AggregateCall& call) const;
  static base::Status read(Table& table, const std::string& field, bool as_numbers);

  const std::vector<AggregateCall>& calls_;
  Grouper grouper_;
  std::vector<std::unique_ptr<Aggregate>> aggregates_;
  std::vector<std::uint32_t> group_of_;
};

}  // namespace logmill::query
