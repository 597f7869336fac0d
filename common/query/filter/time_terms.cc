#include "query/filter/time_terms.h"

#include <utility>

#include "record/fields.h"
#include "text/json_writer.h"

namespace logmill::query {
namespace {

bool compares_time(const Expr& expr) {
  return expr.kind == Expr::Kind::term && expr.term.field == record::kTimestamp && expr.term.op >= Op::less &&
         expr.term.op <= Op::greater_equal;
}

Expr all_of(std::vector<Expr> parts) { return parts.empty() ? Expr{} : join(Expr::Kind::all_of, std::move(parts)); }

}  // namespace

TimeTerms split_times(const Expr& expr) {
  std::vector<Expr> times, rest;
  if (expr.kind == Expr::Kind::all_of)
    for (const Expr& child : expr.children) (compares_time(child) ? times : rest).push_back(child);
  else if (expr.kind != Expr::Kind::everything)
    (compares_time(expr) ? times : rest).push_back(expr);
  return {all_of(std::move(times)), all_of(std::move(rest))};
}

Expr time_term(Op op, base::TimeNs time) {
  std::string text;
  text::append_time_utc(text, time);
  return make_term({std::string(record::kTimestamp), op, {{std::move(text), Literal::Form::quoted}}});
}

}  // namespace logmill::query
