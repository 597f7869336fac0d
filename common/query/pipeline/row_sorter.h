// Sorts rows: in memory, and beyond its share of a workspace in temporary files.
#pragma once

#include <vector>

#include "query/pipeline/held_rows.h"
#include "query/pipeline/sorted_runs.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

class RowSorter {
 public:
  // `workspace` must outlive the sorter.
  RowSorter(std::vector<SortKey> keys, Workspace& workspace)
      : workspace_(workspace), share_(workspace), runs_(std::move(keys), workspace) {}

  // Copies the rows. Those that compare equal stay in the order in which they came.
  base::Status add(const Rows& rows);
  // Pushes all rows in order, as long as `next` wants any; does not finish it. Called once.
  base::Status release(Stage& next);

 private:
  base::Status limit_memory(std::uint64_t growth_bytes);
  base::Status spill();
  base::Status give(const record::Batch& rows, Stage& next);

  Workspace& workspace_;
  Workspace::Share share_;
  HeldRows held_;
  SortedRuns runs_;
};

}  // namespace logmill::query
