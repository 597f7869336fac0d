// A filter as a tree, between its text and its plan. Plain data: compares, copies, and prints back
// to text that parses to the same tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace logmill::query {

// What a term asks of a field. `!=` and `!~` are the negation of `=` and `~`.
enum class Op : std::uint8_t {
  equal,  // any of the values, which may have `*` in them when not quoted
  less,
  less_equal,
  greater,
  greater_equal,
  match,    // a regular expression
  word,     // a word or phrase in the text
  present,  // has the field at all; no value
};

struct Literal {
  enum class Form : std::uint8_t { bare, quoted, regex };
  std::string text;
  Form form = Form::bare;
  bool ignore_case = false;  // of a regular expression: /re/i

  friend bool operator==(const Literal&, const Literal&) = default;
};

struct Term {
  std::string field;  // empty: the text of the record (message, or raw)
  Op op = Op::word;
  std::vector<Literal> values;

  friend bool operator==(const Term&, const Term&) = default;
};

struct Expr {
  enum class Kind : std::uint8_t { everything, all_of, any_of, negation, term };
  Kind kind = Kind::everything;
  std::vector<Expr> children;  // two or more of all_of and any_of, one of negation
  Term term;

  friend bool operator==(const Expr& a, const Expr& b) { return a.kind == b.kind && a.children == b.children && a.term == b.term; }
};

Expr make_term(Term term);
Expr negate(Expr expr);
// One part stays what it is; a part of the same kind gives its children, so that a chain is one
// level deep.
Expr join(Expr::Kind kind, std::vector<Expr> parts);

void append_literal(std::string& out, const Literal& literal);
// A field name as it is, or quoted if it would not be read back as a name.
void append_field(std::string& out, std::string_view field);
void append_expr(std::string& out, const Expr& expr);

}  // namespace logmill::query
