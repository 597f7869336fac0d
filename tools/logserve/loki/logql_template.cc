#include "logserve/loki/logql_template.h"

#include <algorithm>

#include "logserve/loki/logql_lexer.h"
#include "query/filter/ast.h"

namespace logmill::logserve {
namespace {

using FieldOf = std::function<std::string(std::string_view label)>;

constexpr std::size_t kPlacesMax = 40;  // of those that concat() takes
constexpr std::string_view kBlanks = " \t\r\n";

std::string quoted(std::string_view text) {
  std::string out;
  query::append_literal(out, {.text = std::string(text), .form = query::Literal::Form::quoted});
  return out;
}

base::Error not_understood(std::string_view what) { return {base::ErrorCode::invalid, std::string(what)}; }

// What stands between {{ and }}: a place, and functions behind it, or one in front.
class Action {
 public:
  Action(std::string_view text, const FieldOf& field_of) : lexer_(text), field_of_(field_of) {}

  base::Result<std::string> expression() {
    const std::string_view function = case_function();
    if (!function.empty()) lexer_.skip_word();
    LOGMILL_ASSIGN_OR_RETURN(std::string value, place());
    if (!function.empty()) value = std::string(function) + "(" + value + ")";
    while (lexer_.take("|")) {
      if (const std::string_view behind = case_function(); !behind.empty()) {
        lexer_.skip_word();
        value = std::string(behind) + "(" + value + ")";
      } else if (lexer_.take_word("default")) {
        LOGMILL_ASSIGN_OR_RETURN(const std::string fallback, lexer_.take_string());
        value = "coalesce(" + value + ", " + quoted(fallback) + ")";
      } else {
        return unknown();
      }
    }
    if (!lexer_.at_end()) return unknown();
    return value;
  }

 private:
  // upper or lower, of whatever name; empty: neither comes next.
  std::string_view case_function() {
    const std::string_view word = lexer_.next_word();
    if (word == "upper" || word == "ToUpper") return "upper";
    return word == "lower" || word == "ToLower" ? "lower" : "";
  }
  base::Result<std::string> place() {
    if (lexer_.take_word("__line__")) return std::string("coalesce(message, raw)");
    if (!lexer_.take(".")) return unknown();
    const std::string_view label = lexer_.next_word();
    if (label.empty()) return unknown();
    lexer_.skip_word();
    return "field(" + quoted(field_of_(label)) + ")";
  }
  base::Error unknown() {
    const std::string_view word = lexer_.next_word();
    return not_understood((word.empty() ? std::string("this") : std::string(word)) +
                          " is not understood in a template here; {{.label}}, {{__line__}}, upper, lower and default are");
  }

  LogQlLexer lexer_;
  const FieldOf& field_of_;
};

}  // namespace

base::Result<std::string> expression_of_template(std::string_view text, const FieldOf& field_of) {
  std::string expression = "concat(\"\"";
  std::size_t places = 0;
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    std::string_view before = text.substr(0, open);
    text.remove_prefix(std::min(before.size() + 2, text.size()));
    // {{- takes the blanks before it, -}} those behind it.
    const bool trims = open != std::string_view::npos && text.starts_with("- ");
    if (trims) before = before.substr(0, before.find_last_not_of(kBlanks) + 1);
    if (!before.empty()) expression += ", " + quoted(before);
    if (open == std::string_view::npos) break;
    if (++places > kPlacesMax) return not_understood("more than " + std::to_string(kPlacesMax) + " places in a template");
    const std::size_t close = text.find("}}");
    if (close == std::string_view::npos) return not_understood("}} is expected at the end of a place");
    std::string_view inside = text.substr(trims ? 1 : 0, close - (trims ? 1 : 0));
    text.remove_prefix(close + 2);
    if (inside.ends_with(" -")) {
      inside.remove_suffix(2);
      text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    }
    LOGMILL_ASSIGN_OR_RETURN(const std::string value, Action(inside, field_of).expression());
    expression += ", " + value;
  }
  return expression + ")";
}

}  // namespace logmill::logserve
