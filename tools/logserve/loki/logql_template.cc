#include "logserve/loki/logql_template.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

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

// What stands between {{ and }}: a place, and functions behind it, or one in front, which has the place as its last argument.
class Action {
 public:
  Action(std::string_view text, const FieldOf& field_of) : lexer_(text), field_of_(field_of) {}

  base::Result<std::string> expression() {
    std::string value;
    if (lexer_.peek() == '.' || lexer_.next_word() == "__line__") {
      LOGMILL_ASSIGN_OR_RETURN(value, place());
    } else {
      LOGMILL_ASSIGN_OR_RETURN(value, call(nullptr));
    }
    while (lexer_.take("|")) {
      LOGMILL_ASSIGN_OR_RETURN(value, call(&value));
    }
    if (!lexer_.at_end()) return unknown();
    return value;
  }

 private:
  // A function of a value: `piped`, or the place that follows.
  base::Result<std::string> call(const std::string* piped) {
    const std::string word(lexer_.next_word());
    lexer_.skip_word();
    const auto value = [&] { return piped ? base::Result<std::string>(*piped) : place(); };
    std::string before, behind;
    if (word == "Replace") {  // of Go's strings: the value comes first, and how often last
      LOGMILL_ASSIGN_OR_RETURN(const std::string whole, place());
      LOGMILL_ASSIGN_OR_RETURN(const std::string from, lexer_.take_string());
      LOGMILL_ASSIGN_OR_RETURN(const std::string to, lexer_.take_string());
      if (!lexer_.take("-1")) return not_understood("Replace of all, -1, is understood in a template here");
      return "replace(" + whole + ", " + quoted(from) + ", " + quoted(to) + ")";
    }
    if (word == "upper" || word == "ToUpper") {
      before = "upper(";
    } else if (word == "lower" || word == "ToLower") {
      before = "lower(";
    } else if (word == "trim" || word == "TrimSpace") {
      before = "trim(";
    } else if (word == "default") {
      LOGMILL_ASSIGN_OR_RETURN(const std::string fallback, lexer_.take_string());
      before = "coalesce(", behind = ", " + quoted(fallback);
    } else if (word == "replace") {
      LOGMILL_ASSIGN_OR_RETURN(const std::string from, lexer_.take_string());
      LOGMILL_ASSIGN_OR_RETURN(const std::string to, lexer_.take_string());
      before = "replace(", behind = ", " + quoted(from) + ", " + quoted(to);
    } else if (word == "trunc") {
      LOGMILL_ASSIGN_OR_RETURN(const std::int64_t count, number());
      before = "slice(", behind = count < 0 ? ", " + std::to_string(count) : ", 0, " + std::to_string(count);
    } else if (word == "substr") {
      LOGMILL_ASSIGN_OR_RETURN(const std::int64_t from, number());
      LOGMILL_ASSIGN_OR_RETURN(const std::int64_t to, number());
      if (from < 0) return not_understood("substr from the front is understood in a template here");
      before = "slice(", behind = ", " + std::to_string(from);
      if (to >= 0) behind += ", " + std::to_string(std::max<std::int64_t>(to - from, 0));
    } else {
      return unknown(word);
    }
    LOGMILL_ASSIGN_OR_RETURN(const std::string argument, value());
    return before + argument + behind + ")";
  }
  base::Result<std::string> place() {
    if (lexer_.take_word("__line__")) return std::string("coalesce(message, raw)");
    if (!lexer_.take(".")) return unknown();
    const std::string_view label = lexer_.next_word();
    if (label.empty()) return unknown();
    lexer_.skip_word();
    return "field(" + quoted(field_of_(label)) + ")";
  }
  base::Result<std::int64_t> number() {
    const bool minus = lexer_.take("-");
    const std::string_view digits = lexer_.take_quantity();
    std::int32_t number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
      return not_understood("a whole number is expected in this place of a template");
    return minus ? -std::int64_t{number} : number;
  }
  base::Error unknown() { return unknown(lexer_.next_word()); }
  static base::Error unknown(std::string_view word) {
    return not_understood((word.empty() ? std::string("this") : std::string(word)) +
                          " is not understood in a template here; {{.label}}, {{__line__}}, upper, lower, trim, trunc, substr, replace and "
                          "default are");
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
