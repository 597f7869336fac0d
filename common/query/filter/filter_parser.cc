#include "query/filter/filter_parser.h"

#include <optional>

#include "query/filter/filter_plan.h"
#include "query/filter/filter_spec.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "text/digits.h"

namespace logmill::query {
namespace {

using text::is_digit;

// Parentheses and NOTs within each other; each is a call on our stack.
constexpr int kFilterDepthMax = 200;

struct Operator {
  Op op;
  bool negated;
  std::string_view symbol;
};

// Longer ones first. == and =~ are what users of other languages type.
constexpr Operator kOperators[] = {
    {Op::equal, true, "!="},  {Op::match, true, "!~"},   {Op::greater_equal, false, ">="}, {Op::less_equal, false, "<="},
    {Op::equal, false, "=="}, {Op::match, false, "=~"},  {Op::equal, false, "="},          {Op::match, false, "~"},
    {Op::less, false, "<"},   {Op::greater, false, ">"},
};

// 14:30 or 14:30:05.
bool is_clock_time(std::string_view text) {
  return text.size() >= 4 && is_digit(text[0]) && (text[1] == ':' || text[2] == ':') && is_digit(text.back());
}

// 2026-11-21, yesterday, today: what a clock time may follow.
bool is_date(std::string_view text) {
  return (text.size() == 10 && is_digit(text[0]) && text[4] == '-' && text[7] == '-') || equals_ignoring_case(text, "yesterday") ||
         equals_ignoring_case(text, "today");
}

// A backslash before a slash means nothing to RE2, and /re/ adds and takes it.
std::string without_escaped_slashes(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      if (pattern[i + 1] != '/') out.push_back('\\');
      out.push_back(pattern[++i]);
    } else {
      out.push_back(pattern[i]);
    }
  }
  return out;
}

// A slash in front could be taken for a regular expression when the word is printed among other terms.
// In quotes it cannot, and where a star behind it is to stay one, not behind another star: letters and
// digits alone need to stand free, so that changes nothing.
Literal word_literal(std::string text) {
  if (!text.starts_with('/')) return {std::move(text), Literal::Form::bare};
  if (!text.ends_with('*')) return {std::move(text), Literal::Form::quoted};
  return {"*" + text, Literal::Form::bare};
}

class FilterParser {
 public:
  FilterParser(Lexer& lexer, const Context& context) : lexer_(lexer), context_(context) {}

  base::Result<Expr> any_of() {
    return chain(
        Expr::Kind::any_of, [this] { return all_of(); }, [this] { return lexer_.take_keyword("or"); });
  }

 private:
  template <class Next, class More>
  base::Result<Expr> chain(Expr::Kind kind, Next next, More more) {
    std::vector<Expr> parts;
    do {
      LOGMILL_ASSIGN_OR_RETURN(Expr part, next());
      parts.push_back(std::move(part));
    } while (more());
    return join(kind, std::move(parts));
  }

  base::Result<Expr> all_of() {
    return chain(
        Expr::Kind::all_of, [this] { return term(); }, [this] { return lexer_.take_keyword("and") || term_is_next(); });
  }

  bool term_is_next() {
    const char c = lexer_.peek();
    return c != '\0' && c != ')' && c != '|' && c != ',' && !lexer_.next_is_keyword("or");
  }

  base::Result<Expr> term() {
    if (!term_is_next() || lexer_.next_is_keyword("and")) return lexer_.error(missing_term());
    if (lexer_.take_keyword("not") || take_exclamation()) return negation();
    if (lexer_.peek() == '(') return group();
    if (lexer_.peek() == '/')
      if (const auto regex = lexer_.take_regex()) return finish(lexer_.offset(), {"", Op::match, {regex_literal(*regex)}}, false);
    if (lexer_.peek() == '~' || (lexer_.peek() == '!' && lexer_.at(1) == '~')) return operation("");
    if (lexer_.next_is_quote()) return quoted_term();
    return named_term();
  }

  static std::string missing_term() { return "expected a term here, like level=ERROR, \"some words\" or /regex/"; }

  bool take_exclamation() {
    if (lexer_.peek() != '!' || lexer_.at(1) == '=' || lexer_.at(1) == '~') return false;
    return lexer_.take("!");
  }

  base::Result<Expr> nested(base::Result<Expr> (FilterParser::*inner)()) {
    if (depth_ >= kFilterDepthMax) return lexer_.error("too deeply nested");
    ++depth_;
    auto expr = (this->*inner)();
    --depth_;
    return expr;
  }

  base::Result<Expr> negation() {
    LOGMILL_ASSIGN_OR_RETURN(Expr expr, nested(&FilterParser::term));
    return negate(std::move(expr));
  }

  base::Result<Expr> group() {
    const std::size_t start = lexer_.offset();
    lexer_.take("(");
    LOGMILL_ASSIGN_OR_RETURN(Expr expr, nested(&FilterParser::any_of));
    if (!lexer_.take(")")) {
      if (lexer_.at_end()) return lexer_.error_at(start, "this ( is not closed");
      return lexer_.error("expected AND, OR or ) here");
    }
    return expr;
  }

  // "a phrase", or "a field"=value.
  base::Result<Expr> quoted_term() {
    const std::size_t start = lexer_.offset();
    LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_quoted());
    if (operator_is_next() || lexer_.at(0) == ':' || presence_is_next()) {
      if (text.empty()) return lexer_.error_at(start, "a field needs a name");
      return operation(std::move(text));
    }
    return finish(start, {"", Op::word, {{std::move(text), Literal::Form::quoted}}}, false);
  }

  base::Result<Expr> named_term() {
    const std::size_t start = lexer_.offset();
    const std::string_view name = lexer_.take_name();
    if (name.empty()) return unexpected();
    if (lexer_.at(0) == ':' && colon_is_part_of_word(name)) {
      lexer_.seek(start);
      return word(start, lexer_.take_value());
    }
    if (lexer_.at(0) == ':' || presence_is_next() || operator_is_next()) return operation(std::string(name));
    return word(start, name);
  }

  base::Result<Expr> word(std::size_t start, std::string_view text) {
    if (text == "*") return Expr{};
    return finish(start, {"", Op::word, {word_literal(std::string(text))}}, false);
  }

  // 10:15:00, 10.0.0.1:80, http://host, "error:" in front of a space.
  bool colon_is_part_of_word(std::string_view name) const {
    return is_digit(name.front()) || is_delimiter(lexer_.at(1)) || (lexer_.at(1) == '/' && lexer_.at(2) == '/');
  }

  base::Error unexpected() {
    const char c = lexer_.peek();
    if (c == '=' || c == '<' || c == '>') return lexer_.error("expected a field in front of this operator, like status>=500");
    return lexer_.error("expected a term here; put text that holds such a character in quotes");
  }

  bool presence_is_next() const { return lexer_.at(0) == '?' && is_delimiter(lexer_.at(1)); }

  bool operator_is_next() {
    const std::size_t start = lexer_.offset();
    const bool found = take_operator().has_value() || take_in().has_value();
    lexer_.seek(start);
    return found;
  }

  std::optional<Operator> take_operator() {
    for (const Operator& candidate : kOperators)
      if (lexer_.take(candidate.symbol)) return candidate;
    return std::nullopt;
  }

  // `in (` or `not in (`, up to the parenthesis: whether it was negated.
  std::optional<bool> take_in() {
    const std::size_t start = lexer_.offset();
    const bool negated = lexer_.take_keyword("not");
    if (lexer_.take_keyword("in") && lexer_.take("(")) return negated;
    lexer_.seek(start);
    return std::nullopt;
  }

  // What follows a field: operator and values.
  base::Result<Expr> operation(std::string field) {
    const std::size_t start = lexer_.offset();
    if (presence_is_next()) {
      lexer_.take("?");
      return finish(start, {std::move(field), Op::present, {}}, false);
    }
    if (lexer_.at(0) == ':') {
      lexer_.take(":");
      if (lexer_.at(0) == '/' && lexer_.at(1) != '/')
        if (const auto regex = lexer_.take_regex()) return finish(start, {std::move(field), Op::match, {regex_literal(*regex)}}, false);
      return values(std::move(field), {Op::word, false, ":"});
    }
    if (const auto op = take_operator()) return values(std::move(field), *op);
    return list(std::move(field), *take_in());
  }

  base::Result<Expr> values(std::string field, const Operator& op) {
    lexer_.skip_space();
    const std::size_t start = lexer_.offset();
    Term term{std::move(field), op.op, {}};
    do {
      LOGMILL_ASSIGN_OR_RETURN(Literal literal, value(term, op.symbol));
      term.values.push_back(std::move(literal));
    } while (op.op == Op::equal && lexer_.take(","));
    return finish(start, std::move(term), op.negated);
  }

  base::Result<Expr> list(std::string field, bool negated) {
    lexer_.skip_space();
    const std::size_t start = lexer_.offset();
    Term term{std::move(field), Op::equal, {}};
    do {
      LOGMILL_ASSIGN_OR_RETURN(Literal literal, value(term, "in ("));
      term.values.push_back(std::move(literal));
    } while (lexer_.take(","));
    if (!lexer_.take(")")) return lexer_.error("expected , or ) in this list");
    return finish(start, std::move(term), negated);
  }

  base::Result<Literal> value(const Term& term, std::string_view symbol) {
    lexer_.skip_space();
    if (term.op == Op::match) return regex_value();
    if (lexer_.next_is_quote()) {
      LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer_.take_quoted());
      return Literal{std::move(text), Literal::Form::quoted};
    }
    const std::size_t start = lexer_.offset();
    std::string text(lexer_.take_value());
    if (text.starts_with('=') || text.starts_with('<') || text.starts_with('>'))
      return lexer_.error_at(start, "no such operator; there are = != < <= > >= ~ !~, and quotes for a value that begins so");
    if (text.empty()) return lexer_.error("expected a value after " + std::string(symbol));
    if (term.op == Op::equal && text.starts_with('[') && text.find_first_of("]*") == std::string::npos)
      return lexer_.error_at(start,
                             "this [ is not closed; a list is " + term.field + " in (1, 2), and text that begins so stands in quotes");
    if (lexer_.at(0) == '(' || lexer_.at(0) == '"') return lexer_.error_at(start, "put a value that holds such characters in quotes");
    if (term.field == record::kTimestamp) extend_time(text);
    return term.op == Op::word ? word_literal(std::move(text)) : Literal{std::move(text)};
  }

  // Times may be two words: "2h ago", "yesterday 14:00".
  void extend_time(std::string& text) {
    if (lexer_.take_keyword("ago")) {
      text += " ago";
      return;
    }
    if (!is_date(text)) return;
    const std::size_t here = lexer_.offset();
    lexer_.skip_space();
    const std::string_view clock = lexer_.take_value();
    if (is_clock_time(clock))
      text.append(" ").append(clock);
    else
      lexer_.seek(here);
  }

  base::Result<Literal> regex_value() {
    if (const auto regex = lexer_.take_regex()) return regex_literal(*regex);
    std::string text;
    if (lexer_.next_is_quote()) {
      LOGMILL_ASSIGN_OR_RETURN(text, lexer_.take_quoted());
    } else {
      text = lexer_.take_value();
      if (text.empty()) return lexer_.error("expected a regular expression after ~, like ~\"time[ds]? out\"");
    }
    return Literal{without_escaped_slashes(text), Literal::Form::regex};
  }

  static Literal regex_literal(const Lexer::Regex& regex) { return {regex.pattern, Literal::Form::regex, regex.ignore_case}; }

  // field=* asks for presence.
  static Term normalised(Term term) {
    const bool star = term.values.size() == 1 && term.values.front() == Literal{"*"};
    if (star && !term.field.empty() && (term.op == Op::equal || term.op == Op::word)) return {std::move(term.field), Op::present, {}};
    return term;
  }

  base::Result<Expr> finish(std::size_t values_at, Term term, bool negated) {
    term = normalised(std::move(term));
    if (const auto node = plan_term(term, context_); !node) return lexer_.error_at(values_at, node.error().what);
    Expr expr = make_term(std::move(term));
    return negated ? negate(std::move(expr)) : std::move(expr);
  }

  Lexer& lexer_;
  const Context& context_;
  int depth_ = 0;
};

}  // namespace

base::Result<Expr> parse_filter(Lexer& lexer, const Context& context) {
  if (lexer.text().size() > kQueryBytesMax) return base::Error{base::ErrorCode::too_large, "query: longer than 1 MiB"};
  const char c = lexer.peek();
  if (c == '\0' || c == '|') return Expr{};
  return FilterParser(lexer, context).any_of();
}

}  // namespace logmill::query
