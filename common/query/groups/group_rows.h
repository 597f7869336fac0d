// Groups as rows: of the result, and while results are sorted.
#pragma once

#include <string>
#include <vector>

#include "query/groups/group_stage.h"
#include "query/groups/group_table.h"
#include "query/pipeline/row_order.h"
#include "query/pipeline/stage.h"
#include "record/batch.h"

namespace logmill::query {

// The keys of a group as fields of a row. Texts are copied.
void set_group_keys(const GroupPlan& plan, const GroupTable& table, std::size_t group, record::Batch& batch, std::size_t row);

// The result of a plan: rows with the fields that it promises.
class GroupRows {
 public:
  // `plan` must outlive it.
  explicit GroupRows(const GroupPlan& plan);

  void add(const GroupTable& table, std::size_t group);
  // From a row that `add_result` made.
  void add(const record::Value* keys, const record::Value* results);
  std::size_t size() const { return batch_.rows(); }
  // Pushes the rows, and forgets them.
  base::Status give_on(Stage& next);

 private:
  const GroupPlan& plan_;
  std::vector<std::string> names_;
  record::Batch batch_;
};

// Adds a row with the keys and results of a group, as the grouper and the aggregates have them, and the order of such rows.
void add_result(const GroupPlan& plan, const GroupTable& table, std::size_t group, record::Batch& batch);
std::vector<SortKey> result_order(const GroupPlan& plan);

// Takes such rows, sorted, and gives on the result.
class SortedResults : public Stage {
 public:
  SortedResults(const GroupPlan& plan, Stage& next) : plan_(plan), next_(next), rows_(plan) {}

  base::Status push(const Rows& rows) override;
  base::Status finish() override { return {}; }
  bool satisfied() const override { return (plan_.groups_max > 0 && given_ >= plan_.groups_max) || next_.satisfied(); }

 private:
  const GroupPlan& plan_;
  Stage& next_;
  GroupRows rows_;
  std::size_t given_ = 0;
};

}  // namespace logmill::query
