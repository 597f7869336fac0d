#include "query/filter/ast.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "query/filter/filter_spec.h"
#include "query/language/lexer.h"

namespace logmill::query {
namespace {

void append_regex(std::string& out, const Literal& literal) {
  out.push_back('/');
  for (std::size_t i = 0; i < literal.text.size(); ++i) {
    const char c = literal.text[i];
    if (c == '/') out.push_back('\\');
    out.push_back(c);
    if (c == '\\' && i + 1 < literal.text.size()) out.push_back(literal.text[++i]);
  }
  out.push_back('/');
  if (literal.ignore_case) out.push_back('i');
}

void append_list(std::string& out, const std::vector<Literal>& values) {
  out.push_back('(');
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ", ";
    append_literal(out, values[i]);
  }
  out.push_back(')');
}

void append_term(std::string& out, const Term& term, bool negated) {
  const FilterSpec& spec = filter_spec(term.op);
  const bool has_symbol = !negated || !spec.negated.empty();
  if (!has_symbol) out += "NOT ";
  if (!term.field.empty()) append_field(out, term.field);
  if (term.values.size() > 1) {
    out += negated ? " not in " : " in ";
    append_list(out, term.values);
    return;
  }
  const bool bare_word = term.field.empty() && term.op == Op::word;
  if (!bare_word) out += negated && has_symbol ? spec.negated : spec.symbol;
  if (term.values.empty()) return;
  // Not to become another operator with what begins the value.
  if (term.op != Op::word && term.values.front().text.find_first_of("=~") == 0) out.push_back(' ');
  append_literal(out, term.values.front());
}

int precedence(Expr::Kind kind) {
  switch (kind) {
    case Expr::Kind::any_of: return 0;
    case Expr::Kind::all_of: return 1;
    default: return 2;
  }
}

void append_child(std::string& out, const Expr& child, Expr::Kind parent) {
  const bool parenthesise = precedence(child.kind) <= precedence(parent) && precedence(child.kind) < 2;
  if (parenthesise) out.push_back('(');
  append_expr(out, child);
  if (parenthesise) out.push_back(')');
}

void append_joined(std::string& out, const Expr& expr, std::string_view separator) {
  for (std::size_t i = 0; i < expr.children.size(); ++i) {
    if (i > 0) out += separator;
    append_child(out, expr.children[i], expr.kind);
  }
}

void append_negation(std::string& out, const Expr& expr) {
  const Expr& child = expr.children.front();
  if (child.kind == Expr::Kind::term) {
    append_term(out, child.term, true);
    return;
  }
  out += "NOT ";
  append_child(out, child, Expr::Kind::negation);
}

}  // namespace

Expr make_term(Term term) {
  Expr expr;
  expr.kind = Expr::Kind::term;
  expr.term = std::move(term);
  return expr;
}

Expr negate(Expr expr) {
  Expr negation;
  negation.kind = Expr::Kind::negation;
  negation.children.push_back(std::move(expr));
  return negation;
}

Expr join(Expr::Kind kind, std::vector<Expr> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expr joined;
  joined.kind = kind;
  for (Expr& part : parts) {
    if (part.kind == kind)
      std::ranges::move(part.children, std::back_inserter(joined.children));
    else
      joined.children.push_back(std::move(part));
  }
  return joined;
}

void append_literal(std::string& out, const Literal& literal) {
  switch (literal.form) {
    case Literal::Form::bare: out += literal.text; return;
    case Literal::Form::quoted: append_quoted(out, literal.text); return;
    case Literal::Form::regex: append_regex(out, literal); return;
  }
}

void append_field(std::string& out, std::string_view field) {
  Lexer lexer(field);
  const bool plain =
      !field.empty() && lexer.take_name() == field && is_field_start(field.front()) && field.back() != '!' && !is_reserved_word(field);
  if (plain)
    out += field;
  else
    append_quoted(out, field);
}

void append_expr(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::everything: out.push_back('*'); return;
    case Expr::Kind::all_of: append_joined(out, expr, " AND "); return;
    case Expr::Kind::any_of: append_joined(out, expr, " OR "); return;
    case Expr::Kind::negation: append_negation(out, expr); return;
    case Expr::Kind::term: append_term(out, expr.term, false); return;
  }
}

}  // namespace logmill::query
