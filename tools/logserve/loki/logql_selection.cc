#include "logserve/loki/logql_selection.h"

#include <algorithm>
#include <array>

#include "logserve/loki/logql_pattern.h"
#include "logserve/loki/logql_template.h"
#include "query/filter/filter_spec.h"
#include "query/pipeline/stage_args.h"
#include "query/query.h"
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

bool is_level(std::string_view field) { return field == record::kLevel; }

// Of labels that a stage makes: these are of the record itself.
constexpr std::array<std::string_view, 4> kNotMade{record::kTimestamp, record::kLevel, record::kMessage, record::kRaw};

}  // namespace

base::Result<query::Expr> SelectionParser::match(std::string_view label, bool is_regex, bool negated, std::string text) {
  const std::string field = is_error_label(label) ? std::string() : field_of(label);
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

base::Result<query::Expr> SelectionParser::take_matcher(LogSelection& logs) {
  const std::string_view label = lexer_.next_word();
  if (label.empty()) return lexer_.error("the name of a label is expected");
  lexer_.skip_word();
  const bool is_regex = lexer_.take("=~"), is_not_regex = !is_regex && lexer_.take("!~");
  const bool differs = !is_regex && !is_not_regex && lexer_.take("!=");
  if (!is_regex && !is_not_regex && !differs && !lexer_.take("=")) return lexer_.error("one of = != =~ !~ is expected");
  LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_string());
  logs.labels.emplace_back(label);
  if (!is_regex && !is_not_regex && !differs) logs.equal.emplace_back(label, text);
  return match(label, is_regex || is_not_regex, is_not_regex || differs, std::move(text));
}

base::Result<query::Expr> SelectionParser::take_selector(LogSelection& logs) {
  if (!lexer_.take("{")) return lexer_.error("a selector is expected: {service=\"shop\"}");
  std::vector<query::Expr> all;
  while (!lexer_.take("}")) {
    if (!all.empty() && !lexer_.take(",")) return lexer_.error("a comma or } is expected");
    if (!all.empty() && lexer_.take("}")) break;
    LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_matcher(logs));
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

base::Status SelectionParser::add_stage(LogSelection& logs, std::string_view stage) {
  if (const auto made = query::Query::parse("* | " + std::string(stage), context_); !made)
    return lexer_.error(made.error().what.substr(0, made.error().what.find('\n')));
  logs.stages.append(logs.stages.empty() ? "" : " | ").append(stage);
  stages_ = logs.stages;
  return {};
}

base::Status SelectionParser::add_line_filter(LogSelection& logs, query::Expr expr) {
  if (!filters_stay_) return add_filter(logs, std::move(expr)), base::Status();
  if (expr.kind == query::Expr::Kind::everything) return {};
  std::string stage = "where ";
  query::append_expr(stage, expr);
  return add_stage(logs, stage);
}

base::Status SelectionParser::take_pipeline(LogSelection& logs, std::string& unwrapped) {
  stages_.clear();
  filters_stay_ = false;
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
  enum class Kind { text, regex, pattern };
  for (const auto& [symbol, kind, negated] : {std::tuple{"|=", Kind::text, false},
                                              {"!=", Kind::text, true},
                                              {"|~", Kind::regex, false},
                                              {"!~", Kind::regex, true},
                                              {"|>", Kind::pattern, false},
                                              {"!>", Kind::pattern, true}}) {
    if (!lexer_.take(symbol)) continue;
    std::vector<query::Expr> any;
    do {
      const bool by_address = kind == Kind::text && lexer_.next_word() == "ip";
      std::string text;
      if (by_address) {
        LOGMILL_ASSIGN_OR_RETURN(text, take_addresses(AddressIn::line));
      } else {
        LOGMILL_ASSIGN_OR_RETURN(text, lexer_.take_string());
      }
      if (kind == Kind::text && !by_address) text = quoted_regex(text);
      if (kind == Kind::pattern) {
        auto regex = regex_of_line_pattern(text);
        if (!regex) return lexer_.error(regex.error().what);
        text = *std::move(regex);
      }
      any.push_back(label_term({}, query::Op::match, std::move(text), query::Literal::Form::regex));
      if (const auto made = query::filter_spec(query::Op::match).make(any.back().term, context_); !made)
        return lexer_.error(made.error().what);
      // An empty text is in every line.
      if (any.back().term.values.front().text.empty()) any.back() = {};
    } while (lexer_.take_word("or"));
    const bool all = std::ranges::any_of(any, [](const query::Expr& expr) { return expr.kind == query::Expr::Kind::everything; });
    query::Expr expr = all ? query::Expr() : query::join(query::Expr::Kind::any_of, std::move(any));
    LOGMILL_RETURN_IF_ERROR(add_line_filter(logs, negated ? query::negate(std::move(expr)) : std::move(expr)));
    return true;
  }
  return false;
}

base::Result<std::string> SelectionParser::take_addresses(AddressIn place) {
  lexer_.skip_word();
  if (!lexer_.take("(")) return lexer_.error("a ( is expected");
  LOGMILL_ASSIGN_OR_RETURN(const std::string text, lexer_.take_string());
  auto regex = regex_of_addresses(text, place);
  if (!regex) return lexer_.error(regex.error().what);
  if (!lexer_.take(")")) return lexer_.error("a ) is expected");
  return regex;
}

base::Status SelectionParser::take_stage(LogSelection& logs, std::string& unwrapped) {
  const std::string_view word = lexer_.next_word();
  if (word == "distinct") return take_distinct(logs);
  if (word == "decolorize") {
    lexer_.skip_word();
    filters_stay_ = true;
    return add_stage(logs, "let message=decolor(coalesce(message, raw))");
  }
  if (word == "drop") return take_drop(logs);
  if (word == "keep") return take_keep(logs);
  if (word == "unwrap") return take_unwrap(unwrapped);
  if (word == "json" || word == "logfmt" || word == "unpack") return take_parser(logs);
  if (word == "regexp" || word == "pattern") return take_extractor(logs);
  if (word == "line_format") return take_line_format(logs);
  if (word == "label_format") return take_label_format(logs);
  LOGMILL_ASSIGN_OR_RETURN(query::Expr expr, take_label_filter(0));
  if (logs.stages.empty()) {
    add_filter(logs, std::move(expr));
  } else if (expr.kind != query::Expr::Kind::everything) {
    std::string stage = "where ";
    query::append_expr(stage, expr);
    return add_stage(logs, stage);
  }
  return {};
}

base::Status SelectionParser::take_parser(LogSelection& logs) {
  const std::string word(lexer_.next_word());
  lexer_.skip_word();
  if (word == "unpack") {
    filters_stay_ = true;
    return add_stage(logs, "json keep | let message=coalesce(_entry, message, raw) | drop _entry");
  }
  while (word == "logfmt" && lexer_.take("--"))
    if (!lexer_.take("strict") && !lexer_.take("keep-empty")) return lexer_.error("--strict or --keep-empty is expected");
  LOGMILL_RETURN_IF_ERROR(add_stage(logs, word + " keep"));
  // json method="request.method": here also all others are there.
  if (lexer_.next_word().empty()) return {};
  std::string stage;
  do {
    LOGMILL_ASSIGN_OR_RETURN(const std::string_view label, take_new_label());
    std::string path(label);
    if (lexer_.take("=")) {
      LOGMILL_ASSIGN_OR_RETURN(path, lexer_.take_string());
    }
    std::erase_if(path, [](char c) { return c == '"' || c == ']'; });
    std::ranges::replace(path, '[', '.');
    const std::size_t index = path.find_first_of("0123456789");
    if (index != std::string::npos && (index == 0 || path[index - 1] == '.'))
      return lexer_.error("an element of a list cannot be had here");
    if (const std::string field = known_field_of(path, stages_); field != label) {
      stage += stage.empty() ? "let " : ", ";
      query::append_field(stage, label);
      stage += "=field(";
      query::append_literal(stage, {.text = field, .form = query::Literal::Form::quoted});
      stage += ')';
    }
  } while (lexer_.take(","));
  return stage.empty() ? base::Status() : add_stage(logs, stage);
}

base::Status SelectionParser::take_extractor(LogSelection& logs) {
  const bool by_pattern = lexer_.next_word() == "pattern";
  lexer_.skip_word();
  LOGMILL_ASSIGN_OR_RETURN(std::string regex, lexer_.take_string());
  if (by_pattern) {
    auto made = regex_of_pattern(regex);
    if (!made) return lexer_.error(made.error().what);
    regex = *std::move(made);
  }
  std::string stage = "extract ";
  query::append_literal(stage, {.text = std::move(regex), .form = query::Literal::Form::regex});
  return add_stage(logs, stage);
}

base::Result<std::string> SelectionParser::take_template() {
  LOGMILL_ASSIGN_OR_RETURN(const std::string text, lexer_.take_string());
  auto expression = expression_of_template(text, [this](std::string_view label) { return field_of(label); });
  if (!expression) return lexer_.error(expression.error().what);
  return expression;
}

base::Status SelectionParser::take_line_format(LogSelection& logs) {
  lexer_.skip_word();
  LOGMILL_ASSIGN_OR_RETURN(const std::string line, take_template());
  filters_stay_ = true;
  return add_stage(logs, "let message=" + line);
}

base::Result<std::string_view> SelectionParser::take_new_label() {
  const std::string_view label = lexer_.next_word();
  if (label.empty()) return lexer_.error("the name of a label is expected");
  if (std::ranges::find(kNotMade, label) != kNotMade.end()) return lexer_.error("no label " + std::string(label) + " can be made here");
  lexer_.skip_word();
  return label;
}

base::Status SelectionParser::take_label_format(LogSelection& logs) {
  lexer_.skip_word();
  do {
    LOGMILL_ASSIGN_OR_RETURN(const std::string_view label, take_new_label());
    if (!lexer_.take("=")) return lexer_.error("= is expected");
    std::string stage;
    if (lexer_.next_is_string()) {
      LOGMILL_ASSIGN_OR_RETURN(const std::string value, take_template());
      stage = "let ";
      query::append_field(stage, label);
      stage += "=" + value;
    } else {
      const std::string_view from = lexer_.next_word();
      if (from.empty()) return lexer_.error("a label or a template is expected");
      lexer_.skip_word();
      stage = "rename ";
      query::append_field_argument(stage, field_of(from));
      stage += " as ";
      query::append_field_argument(stage, label);
    }
    LOGMILL_RETURN_IF_ERROR(add_stage(logs, stage));
  } while (lexer_.take(","));
  return {};
}

base::Result<std::vector<std::string>> SelectionParser::take_labels(std::string_view stage) {
  lexer_.skip_word();
  std::vector<std::string> fields;
  do {
    const std::string_view label = lexer_.next_word();
    if (label.empty()) return lexer_.error("the name of a label is expected");
    lexer_.skip_word();
    if (lexer_.peek() == '=' || lexer_.peek() == '!') return lexer_.error(std::string(stage) + " takes names of labels only here");
    if (!is_error_label(label)) fields.push_back(field_of(label));
  } while (lexer_.take(","));
  return fields;
}

base::Status SelectionParser::take_drop(LogSelection& logs) {
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> fields, take_labels("drop"));
  if (fields.empty()) return {};
  std::string stage = "drop ";
  query::append_fields(stage, fields);
  return add_stage(logs, stage);
}

// The line and its time stay.
base::Status SelectionParser::take_keep(LogSelection& logs) {
  LOGMILL_ASSIGN_OR_RETURN(std::vector<std::string> fields, take_labels("keep"));
  fields.insert(fields.end(), {std::string(record::kTimestamp), std::string(record::kMessage), std::string(record::kRaw)});
  std::string stage = "fields ";
  query::append_fields(stage, fields);
  return add_stage(logs, stage);
}

// Each label for itself.
base::Status SelectionParser::take_distinct(LogSelection& logs) {
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> fields, take_labels("distinct"));
  filters_stay_ = true;
  for (const std::string& field : fields) {
    std::string stage = "uniq ";
    query::append_field(stage, field);
    LOGMILL_RETURN_IF_ERROR(add_stage(logs, stage + " keep"));
  }
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
  query::append_literal(value, {.text = field_of(label), .form = query::Literal::Form::quoted});
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
  if (label.empty())
    return lexer_.error(
        "a stage is expected: json, logfmt, regexp, pattern, unpack, line_format, label_format, decolorize, drop, keep, distinct, unwrap, "
        "or "
        "a filter of a label");
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
  if (lexer_.next_word() == "ip") {
    LOGMILL_ASSIGN_OR_RETURN(std::string addresses, take_addresses(AddressIn::label));
    return match(label, true, differs, std::move(addresses));
  }
  return compare(label, query::Op::equal, differs);
}

base::Result<query::Expr> SelectionParser::compare(std::string_view label, query::Op op, bool negated) {
  const bool minus = lexer_.take("-");
  const std::string_view amount = lexer_.take_quantity();
  if (amount.empty()) return lexer_.error("a number, a duration or a size is expected");
  const std::string field = is_error_label(label) ? std::string(label) : field_of(label);
  query::Expr expr = label_term(field, op, (minus ? "-" : "") + std::string(amount), query::Literal::Form::bare);
  if (const auto made = query::filter_spec(op).make(expr.term, context_); !made || is_level(field))
    return lexer_.error(made ? "levels are compared with texts" : made.error().what);
  return negated ? query::negate(std::move(expr)) : std::move(expr);
}

}  // namespace logmill::logserve
