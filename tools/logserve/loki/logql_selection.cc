#include "logserve/loki/logql_selection.h"

#include <algorithm>
#include <array>

#include "query/filter/filter_spec.h"
#include "query/pipeline/stage_args.h"
#include "record/fields.h"
#include "record/severity.h"

namespace logmill::logserve {
namespace {

// Labels that Loki makes of what went wrong in a pipeline: here a record that does not fit has no such field.
bool is_error_label(std::string_view label) { return label == "__error__" || label == "__error_details__"; }

query::Expr nothing() { return query::negate({}); }

query::Expr label_term(std::string field, query::Op op, std::string text, query::Literal::Form form) {
  return query::make_term({.field = std::move(field), .op = op, .values = {{.text = std::move(text), .form = form}}});
}

// As RE2::QuoteMeta does.
std::string quoted_regex(std::string_view text) {
  std::string regex;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
    if (c == '\0')
      regex += "\\x00";
    else
      regex.append(plain ? "" : "\\").push_back(c);
  }
  return regex;
}

bool is_level(std::string_view field) { return field == record::kLevel; }

}  // namespace

base::Result<query::Expr> SelectionParser::match(std::string_view label, bool is_regex, bool negated, std::string text) {
  const std::string field = is_error_label(label) ? std::string() : field_of_(label);
  query::Expr expr;
  bool takes_absent = text.empty();
  if (is_regex) {
    const query::Expr term = label_term(field, query::Op::match, "^(?:" + text + ")$", query::Literal::Form::regex);
    auto predicate = query::filter_spec(query::Op::match).make(term.term, context_);
    if (!predicate) return lexer_.error(predicate.error().what);
    takes_absent = (*predicate)->test(record::Value::string(""));
    expr = term;
  } else if (is_level(field) && !record::severity_from_text(text)) {
    expr = nothing();
  } else {
    expr = label_term(field, query::Op::equal, std::move(text), query::Literal::Form::quoted);
  }
  if (is_error_label(label)) {
    expr = takes_absent ? query::Expr() : nothing();
  } else if (takes_absent) {
    query::Expr absent = query::negate(query::make_term({.field = field, .op = query::Op::present, .values = {}}));
    expr = is_level(field) && !is_regex ? std::move(absent) : query::join(query::Expr::Kind::any_of, {std::move(expr), std::move(absent)});
  }
  return negated ? query::negate(std::move(expr)) : std::move(expr);
}

base::Result<query::Expr> SelectionParser::take_matcher() {
  const std::string_view label = lexer_.next_word();
  if (label.empty()) return lexer_.error("the name of a label is expected");
  lexer_.skip_word();
  const bool is_regex = lexer_.take("=~"), is_not_regex = !is_regex && lexer_.take("!~");
  const bool differs = !is_regex && !is_not_regex && lexer_.take("!=");
  if (!is_regex && !is_not_regex && !differs && !lexer_.take("=")) return lexer_.error("one of = != =~ !~ is expected");
  LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_string());
  return match(label, is_regex || is_not_regex, is_not_regex || differs, std::move(text));
}

base::Result<query::Expr> SelectionParser::take_selector() {
  if (!lexer_.take("{")) return lexer_.error("a selector is expected: {service=\"shop\"}");
  std::vector<query::Expr> all;
  while (!lexer_.take("}")) {
    if (!all.empty() && !lexer_.take(",")) return lexer_.error("a comma or } is expected");
    if (!all.empty() && lexer_.take("}")) break;
    LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_matcher());
    all.push_back(std::move(expr));
  }
  std::erase_if(all, [](const query::Expr& expr) { return expr.kind == query::Expr::Kind::everything; });
  return all.empty() ? query::Expr() : query::join(query::Expr::Kind::all_of, std::move(all));
}

void SelectionParser::add_filter(LogSelection& logs, query::Expr expr) {
  if (expr.kind == query::Expr::Kind::everything) return;
  std::vector<query::Expr> both;
  if (logs.filter.kind != query::Expr::Kind::everything) both.push_back(std::move(logs.filter));
  both.push_back(std::move(expr));
  logs.filter = query::join(query::Expr::Kind::all_of, std::move(both));
}

void SelectionParser::add_stage(LogSelection& logs, std::string_view stage) {
  logs.stages.append(logs.stages.empty() ? "" : " | ").append(stage);
}

base::Status SelectionParser::take_pipeline(LogSelection& logs, std::string& unwrapped) {
  while (true) {
    const char next = lexer_.peek();
    if (next != '|' && next != '!') return {};
    LOGMILL_ASSIGN_OR_RETURN(const bool was_line_filter, take_line_filter(logs));
    if (was_line_filter) continue;
    if (!lexer_.take("|")) return lexer_.error("one of |= != |~ !~ or | is expected");
    LOGMILL_RETURN_IF_ERROR(take_stage(logs, unwrapped));
  }
}

base::Result<bool> SelectionParser::take_line_filter(LogSelection& logs) {
  if (lexer_.take("|>") || lexer_.take("!>")) return lexer_.error("line filters by pattern (|> and !>) are not understood here");
  for (const auto& [symbol, is_regex, negated] :
       {std::tuple{"|=", false, false}, {"!=", false, true}, {"|~", true, false}, {"!~", true, true}}) {
    if (!lexer_.take(symbol)) continue;
    std::vector<query::Expr> any;
    do {
      if (lexer_.next_word() == "ip") return lexer_.error("line filters by ip() are not understood here");
      LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_string());
      any.push_back(label_term({}, query::Op::match, is_regex ? std::move(text) : quoted_regex(text), query::Literal::Form::regex));
      if (const auto made = query::filter_spec(query::Op::match).make(any.back().term, context_); !made)
        return lexer_.error(made.error().what);
      // An empty text is in every line.
      if (any.back().term.values.front().text.empty()) any.back() = {};
    } while (lexer_.take_word("or"));
    const bool all = std::ranges::any_of(any, [](const query::Expr& expr) { return expr.kind == query::Expr::Kind::everything; });
    query::Expr expr = all ? query::Expr() : query::join(query::Expr::Kind::any_of, std::move(any));
    add_filter(logs, negated ? query::negate(std::move(expr)) : std::move(expr));
    return true;
  }
  return false;
}

base::Status SelectionParser::take_stage(LogSelection& logs, std::string& unwrapped) {
  const std::string_view word = lexer_.next_word();
  constexpr std::array<std::string_view, 6> kOthers{"unpack", "line_format", "label_format", "keep", "decolorize", "distinct"};
  if (std::ranges::find(kOthers, word) != kOthers.end()) return lexer_.error("the stage " + std::string(word) + " is not understood here");
  if (word == "drop") return take_drop(logs);
  if (word == "unwrap") return take_unwrap(unwrapped);
  if (word == "json" || word == "logfmt") {
    lexer_.skip_word();
    if (!lexer_.next_word().empty() || lexer_.peek() == '-')
      return lexer_.error(std::string(word) + " takes nothing here: all its fields are there");
    add_stage(logs, word);
    return {};
  }
  if (word == "regexp" || word == "pattern") {
    lexer_.skip_word();
    LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_string());
    if (word == "pattern") return lexer_.error("the stage pattern is not understood here; regexp is");
    std::string stage = "extract ";
    query::append_literal(stage, {.text = std::move(text), .form = query::Literal::Form::regex});
    add_stage(logs, stage);
    return {};
  }
  LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_label_filter(0));
  if (logs.stages.empty()) {
    add_filter(logs, std::move(expr));
  } else if (expr.kind != query::Expr::Kind::everything) {
    std::string stage = "where ";
    query::append_expr(stage, expr);
    add_stage(logs, stage);
  }
  return {};
}

base::Status SelectionParser::take_drop(LogSelection& logs) {
  lexer_.skip_word();
  std::vector<std::string> fields;
  do {
    const std::string_view label = lexer_.next_word();
    if (label.empty()) return lexer_.error("the name of a label is expected");
    lexer_.skip_word();
    if (lexer_.peek() == '=') return lexer_.error("drop takes names of labels only here");
    if (!is_error_label(label)) fields.push_back(field_of_(label));
  } while (lexer_.take(","));
  if (fields.empty()) return {};
  std::string stage = "drop ";
  query::append_fields(stage, fields);
  add_stage(logs, stage);
  return {};
}

base::Status SelectionParser::take_unwrap(std::string& unwrapped) {
  lexer_.skip_word();
  std::string_view label = lexer_.next_word();
  if (label.empty()) return lexer_.error("the name of a label is expected");
  lexer_.skip_word();
  std::string_view function;
  if (lexer_.take("(")) {
    function = label == "duration" || label == "duration_seconds" ? "seconds" : label == "bytes" ? "bytes" : "";
    if (function.empty()) return lexer_.error("one of duration(), duration_seconds() and bytes() is expected");
    label = lexer_.next_word();
    if (label.empty()) return lexer_.error("the name of a label is expected");
    lexer_.skip_word();
    if (!lexer_.take(")")) return lexer_.error("a ) is expected");
  }
  std::string value = "field(";
  query::append_literal(value, {.text = field_of_(label), .form = query::Literal::Form::quoted});
  value += ')';
  unwrapped = function.empty() ? value : std::string(function) + "(" + value + ")";
  return {};
}

base::Result<query::Expr> SelectionParser::take_label_filter(int depth) {
  if (depth > kLogQlDepthMax) return lexer_.error("too many parentheses in one another");
  std::vector<query::Expr> any;
  do {
    LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_label_and(depth));
    any.push_back(std::move(expr));
  } while (lexer_.take_word("or"));
  if (std::ranges::any_of(any, [](const query::Expr& expr) { return expr.kind == query::Expr::Kind::everything; })) return query::Expr();
  return query::join(query::Expr::Kind::any_of, std::move(any));
}

base::Result<query::Expr> SelectionParser::take_label_and(int depth) {
  std::vector<query::Expr> all;
  do {
    LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_label_term(depth));
    all.push_back(std::move(expr));
  } while (lexer_.take_word("and") || lexer_.take(",") || (!lexer_.next_word().empty() && lexer_.next_word() != "or"));
  std::erase_if(all, [](const query::Expr& expr) { return expr.kind == query::Expr::Kind::everything; });
  return all.empty() ? query::Expr() : query::join(query::Expr::Kind::all_of, std::move(all));
}

base::Result<query::Expr> SelectionParser::take_label_term(int depth) {
  if (lexer_.take("(")) {
    LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_label_filter(depth + 1));
    if (!lexer_.take(")")) return lexer_.error("a ) is expected");
    return expr;
  }
  const std::string_view label = lexer_.next_word();
  if (label.empty()) return lexer_.error("a stage is expected: json, logfmt, regexp, drop, unwrap, or a filter of a label");
  lexer_.skip_word();
  const bool is_regex = lexer_.take("=~"), is_not_regex = !is_regex && lexer_.take("!~");
  if (is_regex || is_not_regex) {
    LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_string());
    return match(label, true, is_not_regex, std::move(text));
  }
  for (const auto& [symbol, op] :
       {std::pair{">=", query::Op::greater_equal}, {"<=", query::Op::less_equal}, {">", query::Op::greater}, {"<", query::Op::less}})
    if (lexer_.take(symbol)) return compare(label, op, false);
  const bool differs = lexer_.take("!=");
  if (!differs && !lexer_.take("==") && !lexer_.take("=")) return lexer_.error("a stage, or a comparison behind a label, is expected");
  if (lexer_.next_is_string()) {
    LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_string());
    return match(label, false, differs, std::move(text));
  }
  return compare(label, query::Op::equal, differs);
}

base::Result<query::Expr> SelectionParser::compare(std::string_view label, query::Op op, bool negated) {
  if (lexer_.next_word() == "ip") return lexer_.error("filters by ip() are not understood here");
  const bool minus = lexer_.take("-");
  const std::string_view amount = lexer_.take_quantity();
  if (amount.empty()) return lexer_.error("a number, a duration or a size is expected");
  const std::string field = is_error_label(label) ? std::string(label) : field_of_(label);
  query::Expr expr = label_term(field, op, (minus ? "-" : "") + std::string(amount), query::Literal::Form::bare);
  if (const auto made = query::filter_spec(op).make(expr.term, context_); !made || is_level(field))
    return lexer_.error(made ? "levels are compared with texts" : made.error().what);
  return negated ? query::negate(std::move(expr)) : std::move(expr);
}

}  // namespace logmill::logserve
