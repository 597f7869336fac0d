// The terms of a filter that only say from when to when.
#pragma once

#include "base/clock.h"
#include "query/filter/ast.h"

namespace logmill::query {

// Both must hold for the whole to hold; `everything` where there is nothing of the kind.
struct TimeTerms {
  Expr times;  // comparisons with the time, joined by AND
  Expr rest;
};
TimeTerms split_times(const Expr& expr);

// timestamp OP time.
Expr time_term(Op op, base::TimeNs time);

}  // namespace logmill::query
