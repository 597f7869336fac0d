#include "query/filter/field_names.h"

#include <algorithm>

namespace logmill::query {
namespace {

void collect(const Expr& expr, std::vector<std::string_view>& names) {
  if (!expr.term.field.empty() && std::ranges::find(names, expr.term.field) == names.end()) names.push_back(expr.term.field);
  for (const Expr& child : expr.children) collect(child, names);
}

}  // namespace

std::vector<std::string_view> field_names(const Expr& expr) {
  std::vector<std::string_view> names;
  collect(expr, names);
  return names;
}

bool names_field(const Expr& expr, std::string_view field) {
  return expr.term.field == field || std::ranges::any_of(expr.children, [&](const Expr& child) { return names_field(child, field); });
}

bool has_text_term(const Expr& expr) {
  if (expr.kind == Expr::Kind::term) return expr.term.field.empty();
  return std::ranges::any_of(expr.children, has_text_term);
}

}  // namespace logmill::query
