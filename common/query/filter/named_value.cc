#include "query/filter/named_value.h"

#include <algorithm>
#include <optional>

#include "query/filter/filter_leaf.h"
#include "query/filter/filter_spec.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "record/known_names.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

using record::Value;

constexpr std::string_view kBlanks = " \t\r";

class LevelPasses : public PredicateOf<LevelPasses> {
 public:
  explicit LevelPasses(const Severities& wanted) : wanted_(wanted) {}
  bool matches(const Value& value) const {
    const auto level = record::severity_from_value(value);
    return level && wanted_[static_cast<std::size_t>(*level)];
  }

 private:
  Severities wanted_;
};

// As keys of objects and of pairs hold it.
bool is_unescaped_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (text::is_token_byte(c) && static_cast<unsigned char>(c) < 0x80) || std::string_view("_.@-").find(c) != std::string_view::npos;
  };
  return std::ranges::all_of(name, is_plain);
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string_view without_blanks(std::string_view text) { return text.substr(std::min(text.find_first_not_of(kBlanks), text.size())); }

// Of a string in quotes; nullopt if it does not end, or holds an escape.
std::optional<Value> string_in(std::string_view quoted) {
  const std::size_t end = quoted.find_first_of("\"\\\n", 1);
  if (end == quoted.npos || quoted[end] != '"') return std::nullopt;
  return Value::string(quoted.substr(1, end - 1));
}

// Of a member of an object that is no string; nullopt if it is none of these.
std::optional<Value> scalar_of(std::string_view written) {
  if (const Value number = record::value_from_number(written); number.present()) return number;
  if (written == "true" || written == "false") return Value::boolean(written == "true");
  if (written == "null") return Value::null();
  return std::nullopt;
}

}  // namespace

std::unique_ptr<NamedValue> NamedValue::of(const Term& term, const Context& context) {
  if (term.field == record::kLevel) {
    const auto wanted = levels_of(term, context);
    if (!wanted) return nullptr;
    std::vector<std::string> names;
    for (const std::string_view name : record::level_names())
      if (const std::string part(last_part(name)); std::ranges::find(names, part) == names.end()) names.push_back(part);
    return std::unique_ptr<NamedValue>(new NamedValue(std::move(names), std::make_unique<LevelPasses>(*wanted)));
  }
  const auto is_amount = [](const Literal& literal) { return literal.form == Literal::Form::bare && parse_quantity(literal.text); };
  if (term.values.empty() || !std::ranges::all_of(term.values, is_amount)) return nullptr;
  if (term.op == Op::word || term.op == Op::match) return nullptr;
  // Others are moved from name to name.
  if (record::known_name(term.field).role != record::Role::field || !is_unescaped_name(term.field) || last_part(term.field).size() < 2)
    return nullptr;
  auto predicate = filter_spec(term.op).make(term, context);
  // That is what a name without a value has.
  if (!predicate || (*predicate)->test(Value::boolean(true))) return nullptr;
  return std::unique_ptr<NamedValue>(new NamedValue({std::string(last_part(term.field))}, *std::move(predicate)));
}

bool NamedValue::may_pass(std::string_view lines, std::size_t at) const {
  if (at == lines.size()) return false;
  if (lines[at] == '=') return may_pass_pair(lines.substr(at + 1));
  return lines[at] == '"' && may_pass_member(lines.substr(at + 1));
}

// What is not certain may.
bool NamedValue::may_pass_member(std::string_view rest) const {
  rest = without_blanks(rest);
  if (!rest.starts_with(':')) return false;
  rest = without_blanks(rest.substr(1));
  const auto value = rest.starts_with('"') ? string_in(rest) : scalar_of(rest.substr(0, rest.find_first_of(",} \t\r\n")));
  return !value || predicate_->test(*value);
}

bool NamedValue::may_pass_pair(std::string_view rest) const {
  if (rest.starts_with('"')) {
    const auto value = string_in(rest);
    return !value || predicate_->test(*value);
  }
  std::string_view word = rest.substr(0, rest.find_first_of(" \n"));
  while (word.ends_with('\r')) word.remove_suffix(1);
  return predicate_->test(record::value_from_text(word));
}

}  // namespace logmill::query
