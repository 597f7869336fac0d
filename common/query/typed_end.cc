#include "query/typed_end.h"

#include <algorithm>
#include <optional>

#include "query/filter/ast.h"
#include "query/filter/filter_parser.h"
#include "query/groups/aggregate.h"
#include "query/language/lexer.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

using Kind = TypedEnd::Kind;

// Of these the values are told by name; behind the others stand bounds and patterns.
bool names_values(std::string_view symbol) { return symbol == "=" || symbol == "==" || symbol == "!=" || symbol == ":"; }

// Behind the others a slash begins a text.
bool may_precede_regex(std::string_view symbol) { return symbol.find_first_of("~:") != symbol.npos; }

// Walks through what is written, as the parser would, up to what the end cuts off.
class Walk {
 public:
  explicit Walk(std::string_view text) : lexer_(text) {}

  TypedEnd run() {
    bool ended = filter();
    while (!ended && lexer_.take("|")) ended = stage();
    return end_;
  }

 private:
  bool ends(Kind kind, std::size_t start, std::string_view field = {}) {
    end_ = {kind, start, std::string(field)};
    return true;
  }
  // Nothing of it is there, and it may stand here: not right behind another value.
  bool ends_before(Kind kind) {
    const std::size_t here = lexer_.offset();
    const char before = here == 0 ? ' ' : lexer_.text()[here - 1];
    const bool apart = before != ')' && (is_delimiter(before) || before == '!');
    return ends(apart ? kind : Kind::none, here);
  }

  void skip(std::size_t characters) { lexer_.seek(lexer_.offset() + characters); }

  // One with quotes or without; nullopt: it goes on to the end.
  std::optional<std::string> whole_name() {
    if (lexer_.next_is_quote()) {
      auto quoted = lexer_.take_quoted();
      return quoted ? std::optional(*std::move(quoted)) : std::nullopt;
    }
    std::string name(lexer_.take_name());
    return lexer_.offset() == lexer_.text().size() ? std::nullopt : std::optional(std::move(name));
  }

  // All these give true where the text ends in them; else they stop at what they cannot take.
  bool filter() {
    while (true) {
      if (lexer_.at_end()) return ends_before(Kind::term);
      const char c = lexer_.peek();
      if (c == '|') return false;
      if (c == '/' && lexer_.take_regex()) continue;
      if (c == '!' && lexer_.at(1) != '=' && lexer_.at(1) != '~') {
        skip(1);
        continue;
      }
      const std::size_t start = lexer_.offset();
      const auto field = whole_name();
      if (!field) return ends(Kind::term, start);
      const bool taken = lexer_.offset() > start;
      if (taken && values_of(*field)) return true;
      if (!taken) skip(1);  // a symbol by itself
    }
  }

  // An operator and what it compares with, if one comes next.
  bool values_of(std::string_view field) {
    const std::size_t start = lexer_.offset();
    if (const std::string_view symbol = take_symbol(); !symbol.empty())
      return values(names_values(symbol) ? Kind::value : Kind::none, field, may_precede_regex(symbol));
    const bool negated = lexer_.take_keyword("not");
    if (lexer_.take_keyword("in") && lexer_.take("(")) return values(Kind::value, field, false);
    if (negated) lexer_.seek(start);
    return false;
  }

  std::string_view take_symbol() {
    const std::size_t before = lexer_.offset();
    if (lexer_.at(0) != ':') lexer_.skip_space();
    const std::size_t start = lexer_.offset();
    while (std::string_view("=!<>~:").find(lexer_.at(0)) != std::string_view::npos && lexer_.at(0) != '\0') skip(1);
    if (lexer_.offset() == start) lexer_.seek(before);
    return lexer_.text().substr(start, lexer_.offset() - std::min(start, lexer_.offset()));
  }

  bool values(Kind kind, std::string_view field, bool may_be_regex) {
    do {
      lexer_.skip_space();
      const std::size_t start = lexer_.offset();
      if (lexer_.next_is_quote()) {
        if (!lexer_.take_quoted()) return ends(kind, start, field);
      } else if (!may_be_regex || !lexer_.take_regex()) {
        lexer_.take_value();
        if (lexer_.offset() == lexer_.text().size()) return ends(kind, start, field);
      }
    } while (lexer_.take(","));
    return false;
  }

  bool stage() {
    lexer_.skip_space();
    const std::size_t start = lexer_.offset();
    const std::string_view name = lexer_.take_name();
    if (lexer_.offset() == lexer_.text().size()) return ends(Kind::stage, start);
    const auto specs = stage_specs();
    const auto spec = std::ranges::find_if(specs, [name](auto* one) { return equals_ignoring_case(one->name, name); });
    // What is no stage is a function: count by level.
    const std::string_view usage = spec == specs.end() ? "FIELD" : (*spec)->usage;
    if (usage.find("FILTER") != usage.npos) return filter();
    return arguments(usage.find("FIELD") != usage.npos || usage.find("EXPRESSION") != usage.npos ? Kind::argument : Kind::none);
  }

  bool arguments(Kind kind) {
    while (true) {
      if (lexer_.at_end()) return ends_before(kind);
      const char c = lexer_.peek();
      if (c == '|') return false;
      if (c == '/' && lexer_.take_regex()) continue;
      if (c == '-') skip(1);  // sort -count
      const std::size_t start = lexer_.offset();
      if (!whole_name()) return ends(kind, start);
      if (lexer_.offset() == start) skip(1);
    }
  }

  Lexer lexer_;
  TypedEnd end_;
};

// Whether it is read as it stands.
bool may_be_bare(std::string_view value) {
  const std::string text = "x=" + std::string(value);
  Lexer lexer(text);
  const auto expr = parse_filter(lexer, Context{});
  return expr && lexer.at_end() && expr->kind == Expr::Kind::term && expr->term.op == Op::equal && expr->term.values.size() == 1 &&
         expr->term.values.front() == Literal{std::string(value), Literal::Form::bare} && value.find('*') == value.npos;
}

}  // namespace

TypedEnd typed_end(std::string_view text) { return Walk(text).run(); }

std::vector<std::string_view> stage_names() {
  std::vector<std::string_view> names;
  for (const StageSpec* spec : stage_specs()) names.push_back(spec->name);
  for (const AggregateSpec* spec : aggregate_specs()) names.push_back(spec->name);
  return names;
}

std::string as_typed(TypedEnd::Kind kind, std::string_view name_or_value, std::string_view typed) {
  std::string text;
  if (typed.starts_with('"'))
    append_quoted(text, name_or_value);
  else if (kind == Kind::term)
    append_field(text, name_or_value);
  else if (kind == Kind::argument)
    append_field_argument(text, name_or_value);
  else if (kind == Kind::value && !may_be_bare(name_or_value))
    append_quoted(text, name_or_value);
  else
    text = name_or_value;
  if (kind == Kind::term) text += '=';
  return text;
}

}  // namespace logmill::query
