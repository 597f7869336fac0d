#include "query/stages/expression.h"

#include <algorithm>

#include "query/groups/aggregate.h"
#include "query/language/quantity.h"
#include "query/stages/expression_function.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/digits.h"
#include "text/suggest.h"

namespace logmill::query {
namespace {

using text::is_digit;

// Parentheses within each other; each is a call on our stack.
constexpr int kExpressionDepthMax = 100;
// Calls a field whose name would not be read as one: field("a b").
constexpr std::string_view kField = "field";

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@' || (static_cast<unsigned char>(c) & 0x80);
}
bool is_name_char(char c) { return is_name_start(c) || is_digit(c) || c == '.'; }

bool is_plain_name(std::string_view name) { return !name.empty() && is_name_start(name[0]) && std::ranges::all_of(name, is_name_char); }

int precedence(char symbol) { return symbol == '+' || symbol == '-' ? 1 : 2; }

class ExpressionParser {
 public:
  explicit ExpressionParser(Lexer& lexer) : lexer_(lexer) {}

  base::Result<Expression> operation(int level) {
    if (level > 2) return operand();
    LOGMILL_ASSIGN_OR_RETURN(Expression left, operation(level + 1));
    for (int chain = 1; const char symbol = take_symbol(level); ++chain) {
      if (chain > kExpressionDepthMax) return lexer_.error("too long an expression");
      LOGMILL_ASSIGN_OR_RETURN(Expression right, operation(level + 1));
      Expression both{Expression::Kind::operation, {}, symbol, {}};
      both.arguments.push_back(std::move(left));
      both.arguments.push_back(std::move(right));
      left = std::move(both);
    }
    return left;
  }

 private:
  char take_symbol(int level) {
    const char c = lexer_.peek();
    const bool known = level == 1 ? c == '+' || c == '-' : c == '*' || c == '/' || c == '%';
    if (!known) return 0;
    lexer_.seek(lexer_.offset() + 1);
    return c;
  }

  base::Result<Expression> operand() {
    if (++depth_ > kExpressionDepthMax) return lexer_.error("too deeply nested");
    auto result = unchecked_operand();
    --depth_;
    return result;
  }

  base::Result<Expression> unchecked_operand() {
    const char c = lexer_.peek();
    if (lexer_.take("-")) {
      LOGMILL_ASSIGN_OR_RETURN(Expression positive, operand());
      Expression negative{Expression::Kind::negative, {}, 0, {}};
      negative.arguments.push_back(std::move(positive));
      return negative;
    }
    if (c == '(') return parentheses();
    if (is_digit(c)) return number();
    if (lexer_.next_is_quote()) {
      LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_quoted());
      return Expression{Expression::Kind::text, std::move(text), 0, {}};
    }
    if (is_name_start(c)) return name();
    return lexer_.error("expected a number, a field, \"text\" or a function here");
  }

  base::Result<Expression> parentheses() {
    const std::size_t start = lexer_.offset();
    lexer_.take("(");
    LOGMILL_ASSIGN_OR_RETURN(Expression inner, operation(1));
    if (!lexer_.take(")")) return lexer_.error_at(start, "this ( is not closed");
    return inner;
  }

  base::Result<Expression> number() {
    const std::size_t start = lexer_.offset();
    std::string text;
    while (is_name_char(lexer_.at(0))) take_char(text);
    if (!parse_number(text)) return lexer_.error_at(start, "expected a number here; durations are numbers as in seconds(took) > 1.5");
    return Expression{Expression::Kind::number, std::move(text), 0, {}};
  }

  void take_char(std::string& text) {
    text.push_back(lexer_.at(0));
    lexer_.seek(lexer_.offset() + 1);
  }

  base::Result<Expression> name() {
    const std::size_t start = lexer_.offset();
    std::string text;
    while (is_name_char(lexer_.at(0))) take_char(text);
    if (lexer_.at(0) != '(') return Expression{Expression::Kind::field, std::move(text), 0, {}};
    lexer_.take("(");
    if (text == kField) return quoted_field();
    const ExpressionFunction* function = find_expression_function(text);
    if (!function) return lexer_.error_at(start, unknown_function(text));
    Expression call{Expression::Kind::call, std::move(text), 0, {}};
    do {
      if (lexer_.peek() == ')') break;
      LOGMILL_ASSIGN_OR_RETURN(call.arguments.emplace_back(), operation(1));
    } while (lexer_.take(","));
    if (!lexer_.take(")")) return lexer_.error("expected , or ) here");
    if (call.arguments.size() < function->arguments_min || call.arguments.size() > function->arguments_max)
      return lexer_.error_at(start, "expected " + std::string(function->usage));
    return call;
  }

  base::Result<Expression> quoted_field() {
    if (!lexer_.next_is_quote()) return lexer_.error("expected a name in quotes, like field(\"a b\")");
    LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_quoted());
    if (!lexer_.take(")")) return lexer_.error("expected ) here");
    return Expression{Expression::Kind::field, std::move(text), 0, {}};
  }

  static std::string unknown_function(std::string_view name) {
    std::vector<std::string_view> names = {kField};
    for (const ExpressionFunction& function : expression_functions()) names.push_back(function.name);
    if (const std::string_view near = text::nearest(name, names); !near.empty())
      return "no such function; did you mean " + std::string(near) + "?";
    std::string what = "no such function; there are";
    for (const std::string_view known : names) what.append(" ").append(known);
    return what;
  }

  Lexer& lexer_;
  int depth_ = 0;
};

void append_operand(std::string& out, const Expression& operand, bool parenthesise) {
  if (parenthesise) out.push_back('(');
  append_expression(out, operand);
  if (parenthesise) out.push_back(')');
}

}  // namespace

base::Result<Expression> parse_expression(Lexer& lexer) { return ExpressionParser(lexer).operation(1); }

void append_expression(std::string& out, const Expression& expression) {
  const auto is_operation = [](const Expression& e) { return e.kind == Expression::Kind::operation; };
  switch (expression.kind) {
    case Expression::Kind::number: out += expression.text; return;
    case Expression::Kind::text: append_quoted(out, expression.text); return;
    case Expression::Kind::field:
      if (is_plain_name(expression.text)) {
        out += expression.text;
        return;
      }
      out.append(kField).append("(");
      append_quoted(out, expression.text);
      out.push_back(')');
      return;
    case Expression::Kind::negative:
      out.push_back('-');
      append_operand(out, expression.arguments[0], is_operation(expression.arguments[0]));
      return;
    case Expression::Kind::operation: {
      const Expression &left = expression.arguments[0], &right = expression.arguments[1];
      const int here = precedence(expression.symbol);
      append_operand(out, left, is_operation(left) && precedence(left.symbol) < here);
      out.append(" ").append(1, expression.symbol).append(" ");
      append_operand(out, right, is_operation(right) && precedence(right.symbol) <= here);
      return;
    }
    case Expression::Kind::call:
      out.append(expression.text).append("(");
      for (std::size_t i = 0; i < expression.arguments.size(); ++i) {
        if (i > 0) out += ", ";
        append_expression(out, expression.arguments[i]);
      }
      out.push_back(')');
  }
}

void collect_fields(const Expression& expression, std::vector<std::string_view>& names) {
  if (expression.kind == Expression::Kind::field && std::ranges::find(names, expression.text) == names.end())
    names.push_back(expression.text);
  for (const Expression& argument : expression.arguments) collect_fields(argument, names);
}

base::Result<BoundExpression> BoundExpression::bind(const Expression& expression, Table& table) {
  BoundExpression bound;
  bound.expression_ = &expression;
  if (expression.kind == Expression::Kind::text) bound.constant_ = record::Value::string(expression.text);
  if (expression.kind == Expression::Kind::number) {
    bound.constant_ = record::value_from_number(expression.text);
    if (!bound.constant_.is_number()) bound.constant_ = record::Value::real(parse_number(expression.text).value_or(0));
  }
  if (expression.kind == Expression::Kind::field && expression.text == record::kTimestamp) {
    LOGMILL_ASSIGN_OR_RETURN(bound.times_, table.times());
  } else if (expression.kind == Expression::Kind::field) {
    LOGMILL_ASSIGN_OR_RETURN(bound.column_, table.field(expression.text));
  }
  for (const Expression& argument : expression.arguments) {
    LOGMILL_ASSIGN_OR_RETURN(bound.arguments_.emplace_back(), bind(argument, table));
  }
  return bound;
}

record::Value BoundExpression::at(std::size_t row, base::Arena& bytes) const {
  switch (expression_->kind) {
    case Expression::Kind::number:
    case Expression::Kind::text: return constant_;
    case Expression::Kind::field:
      if (times_.empty()) return column_.at(row);
      if (times_[row] == record::kNoTime) return {};
      return number_value(static_cast<double>(times_[row]) / static_cast<double>(base::kNsPerSecond));
    case Expression::Kind::negative: return calculate('-', record::Value::integer(0), arguments_[0].at(row, bytes), bytes);
    case Expression::Kind::operation:
      return calculate(expression_->symbol, arguments_[0].at(row, bytes), arguments_[1].at(row, bytes), bytes);
    case Expression::Kind::call: {
      std::vector<record::Value> values;
      for (const BoundExpression& argument : arguments_) values.push_back(argument.at(row, bytes));
      const Expression& first = expression_->arguments[0];
      return find_expression_function(expression_->text)
          ->call(values, first.kind == Expression::Kind::field ? first.text : std::string_view{}, bytes);
    }
  }
  return {};
}

}  // namespace logmill::query
