#include "query/filter/named_value.h"

#include <algorithm>
#include <optional>

#include "query/filter/filter_leaf.h"
#include "query/filter/filter_spec.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "record/known_names.h"
#include "text/digits.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

using record::Value;

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

// What parsers set without a name, and those of access logs only.
constexpr std::string_view kAccessNumbers[] = {"status", "bytes"};

// A whole number of three digits at least, and not of more than a double holds.
bool is_written_in_one_way(std::string_view number) {
  constexpr std::size_t kDigitsMin = 3, kDigitsMax = 15;
  return number.size() >= kDigitsMin && number.size() <= kDigitsMax && number[0] != '0' && std::ranges::all_of(number, text::is_digit);
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

// Up to one of `ends`. Values are of a few bytes: std::string_view::find_first_of calls memchr for each of them.
template <char... ends>
std::string_view text_up_to(std::string_view text) {
  const auto end = std::ranges::find_if(text, [](char c) { return ((c == ends) || ...); });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// What the names of levels end with: one that ends with another one is found with that.
std::vector<std::string> level_endings() {
  std::vector<std::string_view> names = record::names_of(record::Role::level);
  for (std::string_view& name : names) name = last_part(name);
  std::vector<std::string> endings;
  for (const std::string_view name : names) {
    const auto is_ending = [name](std::string_view other) { return name != other && name.ends_with(other); };
    if (std::ranges::none_of(names, is_ending) && std::ranges::find(endings, name) == endings.end()) endings.emplace_back(name);
  }
  return endings;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t' || text[0] == '\r')) text.remove_prefix(1);
  return text;
}

// Of a string in quotes; nullopt if it does not end, or holds an escape.
std::optional<Value> string_in(std::string_view quoted) {
  quoted.remove_prefix(1);
  const std::string_view text = text_up_to<'"', '\\', '\n'>(quoted);
  if (text.size() == quoted.size() || quoted[text.size()] != '"') return std::nullopt;
  return Value::string(text);
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
    return std::unique_ptr<NamedValue>(new NamedValue(level_endings(), std::make_unique<LevelPasses>(*wanted), *wanted));
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
  auto value = std::unique_ptr<NamedValue>(new NamedValue({std::string(last_part(term.field))}, *std::move(predicate)));
  const auto* const access_number = std::ranges::find(kAccessNumbers, term.field);
  if (access_number != std::end(kAccessNumbers)) value->access_number_ = static_cast<std::size_t>(access_number - kAccessNumbers);
  const auto stands_as_written = [](const Literal& literal) { return is_written_in_one_way(literal.text); };
  if (term.op == Op::equal && std::ranges::all_of(term.values, stands_as_written))
    for (const Literal& literal : term.values) value->numbers_.push_back(literal.text);
  return value;
}

bool NamedValue::may_be_number(std::string_view written) const {
  const Value number = record::value_from_number(written);
  return number.present() && predicate_->test(number);
}

std::optional<std::size_t> NamedValue::refused_by(std::string_view behind) const {
  if (behind.starts_with('=')) return refused_by_pair(behind);
  if (behind.starts_with('"')) return refused_by_member(behind);
  return std::min<std::size_t>(behind.size(), 1);
}

// What is not certain may pass.
std::optional<std::size_t> NamedValue::refused_by_member(std::string_view behind) const {
  std::string_view rest = without_blanks(behind.substr(1));
  const auto up_to_here = [&] { return static_cast<std::size_t>(rest.data() - behind.data()); };
  if (!rest.starts_with(':')) return up_to_here() + !rest.empty();
  rest = without_blanks(rest.substr(1));
  const bool in_quotes = rest.starts_with('"');
  const std::string_view word = in_quotes ? rest : text_up_to<',', '}', ' ', '\t', '\r', '\n'>(rest);
  const auto value = in_quotes ? string_in(rest) : scalar_of(word);
  if (!value || predicate_->test(*value)) return std::nullopt;
  const std::size_t size = in_quotes ? value->text().size() + 2 : word.size() + 1;
  return std::min(up_to_here() + size, behind.size());
}

std::optional<std::size_t> NamedValue::refused_by_pair(std::string_view behind) const {
  const std::string_view rest = behind.substr(1);
  if (rest.starts_with('"')) {
    const auto value = string_in(rest);
    if (!value || predicate_->test(*value)) return std::nullopt;
    return value->text().size() + 3;
  }
  // Behind an access log's other fields that is what stands between them.
  if (rest.starts_with('[')) return std::nullopt;
  std::string_view word = text_up_to<' ', '\n'>(rest);
  const std::size_t decided = std::min(word.size() + 2, behind.size());
  while (word.ends_with('\r')) word.remove_suffix(1);
  if (predicate_->test(record::value_from_text(word))) return std::nullopt;
  return decided;
}

}  // namespace logmill::query
