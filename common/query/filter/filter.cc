#include "query/filter/filter.h"

#include <cassert>

#include "query/filter/filter_parser.h"

namespace logmill::query {

base::Result<Filter> Filter::parse(std::string_view text, const Context& context) {
  Lexer lexer(text);
  LOGMILL_ASSIGN_OR_RETURN(Expr expr, parse_filter(lexer, context));
  if (!lexer.at_end())
    return lexer.error(lexer.peek() == '|' ? "only a filter may stand here, no stages" : "expected AND, OR or the end here");
  return plan(std::move(expr), context);
}

base::Result<Filter> Filter::plan(Expr expr, const Context& context) {
  LOGMILL_ASSIGN_OR_RETURN(auto node, plan_filter(expr, context));
  const TimeBounds bounds = time_bounds(expr, context);
  return Filter(std::move(expr), std::move(node), bounds);
}

void Filter::select(const record::Batch& batch, Mask& keep) const {
  BatchTable table(batch);
  const base::Status status = select(table, keep);
  assert(status);  // a batch is in memory: nothing can fail
  static_cast<void>(status);
}

base::Status Filter::select(Table& table, Mask& keep) const {
  keep.assign(table.rows(), 1);
  return node_->narrow(table, keep);
}

std::string Filter::text() const {
  std::string out;
  append_expr(out, expr_);
  return out;
}

}  // namespace logmill::query
