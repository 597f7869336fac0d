#include "query/filter/filter_plan.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "query/filter/filter_leaf.h"
#include "query/filter/filter_spec.h"
#include "query/filter/template_filter.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

using NodePtr = std::unique_ptr<FilterNode>;

constexpr int kCostField = 10, kCostRegex = 100;

bool any(const Mask& keep) { return !keep.empty() && std::memchr(keep.data(), 1, keep.size()) != nullptr; }

// Clears the flags of `hits`; eight at a time, for this is done for every row of a store.
void take_away(Mask& keep, const Mask& hits) {
  std::size_t i = 0;
  for (; i + 8 <= keep.size(); i += 8)
    base::store_le(keep.data() + i, base::load_le<std::uint64_t>(keep.data() + i) & ~base::load_le<std::uint64_t>(hits.data() + i));
  for (; i < keep.size(); ++i) keep[i] &= !hits[i];
}

class Everything : public FilterNode {
 public:
  base::Status narrow(Table&, Mask&) const override { return {}; }
  int cost() const override { return 0; }
};

class Field : public FilterNode {
 public:
  Field(std::string name, std::unique_ptr<Predicate> predicate, int cost)
      : name_(std::move(name)), predicate_(std::move(predicate)), cost_(cost) {}

  base::Status narrow(Table& table, Mask& keep) const override {
    if (predicate_->excludes(table.zone(name_))) {
      std::ranges::fill(keep, std::uint8_t{0});
      return {};
    }
    LOGMILL_ASSIGN_OR_RETURN(store::TemplateColumn* const templates, table.templates(name_));
    if (templates) return narrow_templates(*templates, *predicate_, keep);
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, table.field(name_));
    narrow_column(column, *predicate_, keep);
    return {};
  }
  int cost() const override { return cost_; }

 private:
  std::string name_;
  std::unique_ptr<Predicate> predicate_;
  int cost_;
};

class Joined : public FilterNode {
 public:
  explicit Joined(std::vector<NodePtr> parts) : parts_(std::move(parts)) {
    std::ranges::stable_sort(parts_, {}, [](const NodePtr& part) { return part->cost(); });
  }
  int cost() const override {
    int sum = 0;
    for (const NodePtr& part : parts_) sum += part->cost();
    return sum;
  }

 protected:
  std::vector<NodePtr> parts_;
};

class AllOfNodes : public Joined {
 public:
  using Joined::Joined;
  base::Status narrow(Table& table, Mask& keep) const override {
    for (const NodePtr& part : parts_) {
      LOGMILL_RETURN_IF_ERROR(part->narrow(table, keep));
      if (!any(keep)) break;
    }
    return {};
  }
};

class AnyOfNodes : public Joined {
 public:
  using Joined::Joined;
  base::Status narrow(Table& table, Mask& keep) const override {
    Mask undecided = keep;
    Mask hits;
    for (const NodePtr& part : parts_) {
      if (!any(undecided)) break;
      hits = undecided;
      LOGMILL_RETURN_IF_ERROR(part->narrow(table, hits));
      take_away(undecided, hits);
    }
    take_away(keep, undecided);
    return {};
  }
};

class Negation : public FilterNode {
 public:
  explicit Negation(NodePtr child) : child_(std::move(child)) {}
  base::Status narrow(Table& table, Mask& keep) const override {
    Mask hits = keep;
    LOGMILL_RETURN_IF_ERROR(child_->narrow(table, hits));
    take_away(keep, hits);
    return {};
  }
  int cost() const override { return child_->cost(); }

 private:
  NodePtr child_;
};

}  // namespace

void narrow_column(const ColumnView& column, const Predicate& predicate, Mask& keep) {
  if (column.dictionary()) {
    Mask verdict(column.values.size(), 1);
    predicate.narrow(column.values, verdict.data());
    for (std::size_t i = 0; i < keep.size(); ++i) keep[i] &= verdict[column.codes[i]];
    return;
  }
  const std::size_t held = std::min(column.values.size(), keep.size());
  predicate.narrow(column.values.first(held), keep.data());
  std::fill(keep.begin() + static_cast<std::ptrdiff_t>(held), keep.end(), std::uint8_t{0});
}

base::Result<NodePtr> plan_term(const Term& term, const Context& context) {
  if (term.field == record::kTimestamp && term.op != Op::match && term.op != Op::word) return plan_time_term(term, context);
  if (term.field == record::kLevel) return plan_level_term(term, context);
  LOGMILL_ASSIGN_OR_RETURN(auto predicate, filter_spec(term.op).make(term, context));
  const int cost = term.op == Op::match ? kCostRegex : kCostField;
  if (term.field.empty()) return plan_text_term(std::move(predicate), 2 * cost);
  return NodePtr(std::make_unique<Field>(term.field, std::move(predicate), cost));
}

base::Result<NodePtr> plan_filter(const Expr& expr, const Context& context) {
  if (expr.kind == Expr::Kind::everything) return NodePtr(std::make_unique<Everything>());
  if (expr.kind == Expr::Kind::term) return plan_term(expr.term, context);
  std::vector<NodePtr> children;
  for (const Expr& child : expr.children) {
    LOGMILL_ASSIGN_OR_RETURN(children.emplace_back(), plan_filter(child, context));
  }
  if (expr.kind == Expr::Kind::negation) return NodePtr(std::make_unique<Negation>(std::move(children.front())));
  if (expr.kind == Expr::Kind::all_of) return NodePtr(std::make_unique<AllOfNodes>(std::move(children)));
  return NodePtr(std::make_unique<AnyOfNodes>(std::move(children)));
}

}  // namespace logmill::query
