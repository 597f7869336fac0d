// Terms on `timestamp`, and the time bounds of a filter.
#include <algorithm>
#include <limits>

#include "query/filter/filter_leaf.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::query {
namespace {

constexpr base::TimeNs kTimeMin = std::numeric_limits<base::TimeNs>::min();
constexpr base::TimeNs kTimeMax = std::numeric_limits<base::TimeNs>::max();

// A range of times, both ends included; empty when max < min.
class TimeRanges : public FilterNode {
 public:
  explicit TimeRanges(std::vector<TimeBounds> ranges) : ranges_(std::move(ranges)) {}

  base::Status narrow(Table& table, Mask& keep) const override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, table.times());
    for (std::size_t i = 0; i < keep.size(); ++i) keep[i] &= contains(times[i]);
    return {};
  }
  int cost() const override { return 1; }

 private:
  std::uint8_t contains(base::TimeNs time) const {
    if (time == record::kNoTime) return 0;
    for (const TimeBounds& range : ranges_)
      if (time >= range.min && time <= range.max) return 1;
    return 0;
  }
  std::vector<TimeBounds> ranges_;
};

TimeBounds range_of(Op op, base::TimeNs time) {
  switch (op) {
    case Op::less: return {kTimeMin, time - (time > kTimeMin)};
    case Op::less_equal: return {kTimeMin, time};
    case Op::greater: return {time + (time < kTimeMax), kTimeMax};
    case Op::greater_equal: return {time, kTimeMax};
    case Op::equal: return {time, time};
    case Op::match:
    case Op::word:
    case Op::present: break;
  }
  return {kTimeMin, kTimeMax};
}

TimeBounds union_of(TimeBounds a, TimeBounds b) { return {std::min(a.min, b.min), std::max(a.max, b.max)}; }

TimeBounds term_bounds(const Term& term, const Context& context) {
  const TimeBounds everything{kTimeMin, kTimeMax};
  if (term.field != record::kTimestamp || term.values.empty()) return everything;
  TimeBounds bounds{kTimeMax, kTimeMin};
  for (const Literal& literal : term.values) {
    const auto time = time_of(literal, context);
    if (!time) return everything;
    bounds = union_of(bounds, range_of(term.op, *time));
  }
  return bounds;
}

}  // namespace

base::Result<base::TimeNs> time_of(const Literal& literal, const Context& context) {
  return text::parse_user_time(literal.text, context.now, context.utc);
}

base::Result<std::unique_ptr<FilterNode>> plan_time_term(const Term& term, const Context& context) {
  std::vector<TimeBounds> ranges;
  for (const Literal& literal : term.values) {
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs time, time_of(literal, context));
    ranges.push_back(range_of(term.op, time));
  }
  if (term.op == Op::present) ranges.push_back({kTimeMin, kTimeMax});
  return std::unique_ptr<FilterNode>(std::make_unique<TimeRanges>(std::move(ranges)));
}

TimeBounds time_bounds(const Expr& expr, const Context& context) {
  if (expr.kind == Expr::Kind::term) return term_bounds(expr.term, context);
  TimeBounds bounds{kTimeMin, kTimeMax};
  if (expr.kind == Expr::Kind::all_of) {
    for (const Expr& child : expr.children) {
      const TimeBounds more = time_bounds(child, context);
      bounds = {std::max(bounds.min, more.min), std::min(bounds.max, more.max)};
    }
  } else if (expr.kind == Expr::Kind::any_of) {
    bounds = {kTimeMax, kTimeMin};
    for (const Expr& child : expr.children) bounds = union_of(bounds, time_bounds(child, context));
  }
  return bounds;
}

}  // namespace logmill::query
