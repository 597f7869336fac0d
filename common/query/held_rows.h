// Rows that outlive the table they came in: copied, with all they point to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/stage.h"
#include "query/table_view.h"
#include "record/batch.h"

namespace logmill::query {

class HeldRows {
 public:
  base::Status add(const Rows& rows);
  std::size_t size() const { return batch_.rows(); }
  const record::Batch& batch() const { return batch_; }
  // All rows, with the fields in the order in which they were first seen. Valid until the next
  // `add`.
  std::unique_ptr<Table> table();

 private:
  record::Batch batch_;
  std::vector<std::string> names_;
};

// 0, 1, 2 … count-1.
std::vector<std::uint32_t> all_rows(std::size_t count);

}  // namespace logmill::query
