// Terms on `level`: by severity, whatever the spelling.
#include "query/filter/filter_leaf.h"
#include "query/filter/filter_spec.h"
#include "text/suggest.h"

namespace logmill::query {
namespace {

class LevelIn : public FilterNode {
 public:
  explicit LevelIn(const Severities& wanted) : wanted_(wanted) {}
  base::Status narrow(Table& table, Mask& keep) const override {
    LOGMILL_ASSIGN_OR_RETURN(const auto levels, table.levels());
    for (std::size_t i = 0; i < keep.size(); ++i) keep[i] &= wanted_[static_cast<std::size_t>(levels[i])];
    return {};
  }
  int cost() const override { return 1; }

 private:
  Severities wanted_;
};

bool holds(Op op, record::Severity level, record::Severity limit) {
  switch (op) {
    case Op::less: return level < limit;
    case Op::less_equal: return level <= limit;
    case Op::greater: return level > limit;
    case Op::greater_equal: return level >= limit;
    default: return level == limit;
  }
}

bool is_pattern(const Literal& literal) { return literal.form == Literal::Form::bare && literal.text.find('*') != std::string::npos; }

// Patterns and regular expressions look at the names, in any letter case.
base::Status add_by_name(const Term& term, const Context& context, Severities& wanted) {
  Context any_case = context;
  any_case.ignore_case = true;
  LOGMILL_ASSIGN_OR_RETURN(const auto predicate, filter_spec(term.op).make(term, any_case));
  for (std::size_t i = 1; i < wanted.size(); ++i) {
    const auto name = record::severity_name(static_cast<record::Severity>(i));
    wanted[i] = wanted[i] || predicate->test(record::Value::string(name));
  }
  return {};
}

std::string unknown_level(std::string_view name) {
  std::vector<std::string_view> names;
  for (std::size_t i = 1; i < record::kSeverities; ++i) names.push_back(record::severity_name(static_cast<record::Severity>(i)));
  std::string what = "no such level; there are";
  for (const std::string_view known : names) what.append(" ").append(known);
  if (const std::string_view near = text::nearest(name, names); !near.empty()) what += "; did you mean " + std::string(near) + "?";
  return what;
}

base::Status add_literal(const Term& term, const Literal& literal, const Context& context, Severities& wanted) {
  if (is_pattern(literal)) return add_by_name({term.field, term.op, {literal}}, context, wanted);
  const auto limit = record::severity_from_text(literal.text);
  if (!limit) return base::Error{base::ErrorCode::invalid, unknown_level(literal.text)};
  for (std::size_t i = 1; i < wanted.size(); ++i) wanted[i] = wanted[i] || holds(term.op, static_cast<record::Severity>(i), *limit);
  return {};
}

}  // namespace

base::Result<Severities> levels_of(const Term& term, const Context& context) {
  Severities wanted{};
  if (term.op == Op::match || term.op == Op::present) {
    LOGMILL_RETURN_IF_ERROR(add_by_name(term, context, wanted));
  } else {
    for (const Literal& literal : term.values) LOGMILL_RETURN_IF_ERROR(add_literal(term, literal, context, wanted));
  }
  return wanted;
}

base::Result<std::unique_ptr<FilterNode>> plan_level_term(const Term& term, const Context& context) {
  LOGMILL_ASSIGN_OR_RETURN(const Severities wanted, levels_of(term, context));
  return std::unique_ptr<FilterNode>(std::make_unique<LevelIn>(wanted));
}

}  // namespace logmill::query
