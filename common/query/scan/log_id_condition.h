// What of a query for the records of some log_ids tells where they are: an id holds the stream of a record and its position in it, and a
// block's directory which positions its rows have.
#pragma once

#include <optional>
#include <vector>

#include "query/filter/ast.h"
#include "record/log_id.h"
#include "store/reader.h"

namespace logmill::query {

class LogIdCondition {
 public:
  // nullopt if records without one of these ids may match, too.
  static std::optional<LogIdCondition> of(const Expr& filter);

  // False: no row of the block is one of these. A record that came with a field log_id may have any.
  bool may_match(store::BlockReader& block) const;

 private:
  std::vector<record::LogId> ids_;
};

}  // namespace logmill::query
