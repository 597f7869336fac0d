// Rows of blocks that come by the first of their times, put in the order of all times. What blocks
// have in common is held, and beyond its share of a workspace sorted in temporary files; then nothing
// goes on before the end.
#pragma once

#include <optional>

#include "query/pipeline/row_sorter.h"
#include "query/pipeline/time_merge.h"

namespace logmill::query {

class TimeOrder {
 public:
  // Both must outlive it. Rows go to `next`, which is not finished.
  TimeOrder(Workspace& workspace, Stage& next) : workspace_(workspace), share_(workspace), next_(next) {}

  // Copies the rows. Rows of the same time keep the order of `sequence`, then that of their table.
  base::Status add(const Rows& rows, std::size_t sequence);
  // Nothing before `time` will come any more.
  base::Status release_before(base::TimeNs time);
  base::Status release_all();

 private:
  base::Status sort(const Rows& rows, std::size_t sequence);

  Workspace& workspace_;
  Workspace::Share share_;
  Stage& next_;
  TimeMerge held_;
  std::optional<RowSorter> sorter_;  // once they were too many
};

}  // namespace logmill::query
