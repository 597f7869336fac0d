// A filter by itself: what logparse --where, logrecv and the first part of a query use.
//
//   auto filter = query::Filter::parse("level>=warn NOT service=auth", {.now = clock.now()});
//   filter->select(batch, keep);
//   batch.keep_rows(keep);
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "query/filter/ast.h"
#include "query/filter/filter_plan.h"
#include "query/language/context.h"

namespace logmill::query {

// Immutable: may be used from several threads.
class Filter {
 public:
  // The whole text must be a filter. The error points at the place (syntax_error.h).
  static base::Result<Filter> parse(std::string_view text, const Context& context);
  // Of a tree that a parser made.
  static base::Result<Filter> plan(Expr expr, const Context& context);

  // `keep` becomes one flag a row: 1 where it matches.
  void select(const record::Batch& batch, Mask& keep) const;
  // The same for any table; fails as the table does.
  base::Status select(Table& table, Mask& keep) const;

  const Expr& expr() const { return expr_; }
  // Canonical; parses to the same filter.
  std::string text() const;
  const TimeBounds& bounds() const { return bounds_; }
  bool matches_everything() const { return expr_.kind == Expr::Kind::everything; }

 private:
  Filter(Expr expr, std::unique_ptr<FilterNode> node, TimeBounds bounds)
      : expr_(std::move(expr)), node_(std::move(node)), bounds_(bounds) {}

  Expr expr_;
  std::unique_ptr<FilterNode> node_;
  TimeBounds bounds_;
};

}  // namespace logmill::query
