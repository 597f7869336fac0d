// A filter ready to run over tables.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "query/filter/ast.h"
#include "query/language/context.h"
#include "query/table/table.h"

namespace logmill::query {

// One flag a row, 0 or 1.
using Mask = std::vector<std::uint8_t>;

// Immutable after it was made: may be used from several threads, each with tables of its own.
class FilterNode {
 public:
  virtual ~FilterNode() = default;
  // Clears the flags of rows that do not match; rows whose flag is clear already are not looked at.
  // Fails as the table does.
  virtual base::Status narrow(Table& table, Mask& keep) const = 0;
  // About how long it takes: what is cheap is asked first.
  virtual int cost() const = 0;
};

// Fails with what is wrong with its values.
base::Result<std::unique_ptr<FilterNode>> plan_term(const Term& term, const Context& context);
base::Result<std::unique_ptr<FilterNode>> plan_filter(const Expr& expr, const Context& context);

// The times that a match can have, both ends included: for leaving out what cannot match.
struct TimeBounds {
  base::TimeNs min, max;
};
TimeBounds time_bounds(const Expr& expr, const Context& context);

}  // namespace logmill::query
