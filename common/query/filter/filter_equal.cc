// `field = value`, `field in (a, b)`, `field = pre*`.
#include <algorithm>

#include "query/filter/filter_spec.h"
#include "query/filter/text_match.h"
#include "query/language/quantity.h"

namespace logmill::query {
namespace {

// One of several texts. Sorted, so that a list of a thousand ids stays cheap.
class OneOf : public PredicateOf<OneOf> {
 public:
  OneOf(std::vector<std::string> texts, bool ignore_case) : texts_(std::move(texts)), ignore_case_(ignore_case) {
    if (ignore_case_) std::ranges::transform(texts_, texts_.begin(), to_lower);
    std::ranges::sort(texts_);
    for (const std::string& text : texts_) searches_.emplace_back(text, ignore_case_);
  }

  bool matches(const record::Value& value) const {
    if (!value.present()) return false;
    std::string scratch;
    const std::string_view text = value.kind() == record::Kind::null ? "null" : text_of(value, scratch);
    return ignore_case_ ? contains(to_lower(text)) : contains(text);
  }
  // A text that is the same as another contains it.
  void judge(const TemplateKeys& of, Verdict* verdicts) const override {
    std::fill_n(verdicts, of.keys.size(), Verdict::never);
    std::vector<Verdict> held(of.keys.size());
    for (const TemplateSearch& search : searches_) {
      search.contained(of, held.data());
      for (std::size_t i = 0; i < of.keys.size(); ++i)
        if (held[i] != Verdict::never) verdicts[i] = Verdict::depends;
    }
  }

 private:
  bool contains(std::string_view text) const {
    if (texts_.size() == 1) return texts_.front() == text;
    return std::binary_search(texts_.begin(), texts_.end(), text);
  }
  std::vector<std::string> texts_;
  std::vector<TemplateSearch> searches_;
  bool ignore_case_;
};

class Glob : public PredicateOf<Glob> {
 public:
  Glob(std::string_view pattern, bool ignore_case) : pattern_(ignore_case ? to_lower(pattern) : pattern), ignore_case_(ignore_case) {
    for (std::string_view rest = pattern_; !rest.empty();) {
      const std::size_t end = std::min(rest.find('*'), rest.size());
      if (end > 0) parts_.emplace_back(rest.substr(0, end), ignore_case_);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  bool matches(const record::Value& value) const {
    if (!value.present()) return false;
    std::string scratch;
    return matches_glob(pattern_, text_of(value, scratch), ignore_case_);
  }
  // A part between stars must be contained; where there is only one, and stars around it, that is
  // enough.
  void judge(const TemplateKeys& of, Verdict* verdicts) const override {
    std::fill_n(verdicts, of.keys.size(), is_substring() ? Verdict::always : Verdict::depends);
    std::vector<Verdict> held(of.keys.size());
    for (const TemplateSearch& part : parts_) {
      part.contained(of, held.data());
      for (std::size_t i = 0; i < of.keys.size(); ++i)
        if (held[i] == Verdict::never || (held[i] == Verdict::depends && verdicts[i] == Verdict::always)) verdicts[i] = held[i];
    }
  }
  std::string_view token_part() const override {
    const std::string_view inner = inner_text();
    return is_substring() && is_alphanumeric(inner) ? inner : std::string_view();
  }

 private:
  std::string_view inner_text() const { return std::string_view(pattern_).substr(1, pattern_.size() - 2); }
  bool is_substring() const {
    return pattern_.size() >= 2 && pattern_.front() == '*' && pattern_.back() == '*' && inner_text().find('*') == std::string_view::npos;
  }

  std::string pattern_;
  bool ignore_case_;
  std::vector<TemplateSearch> parts_;  // between stars
};

// 200 is 200.0; 1.5s in the query is 1500 in a field duration_ms. A text field must hold the
// literal as written or the same amount.
class EqualAmount : public PredicateOf<EqualAmount> {
 public:
  EqualAmount(std::string text, const Quantity& wanted, std::string_view field)
      : text_(std::move(text)), wanted_(wanted), scale_(unit_scale(field, wanted.unit)) {}

  bool matches(const record::Value& value) const {
    if (value.kind() == record::Kind::integer && integer_) return value.integer() == *integer_;
    if (value.is_text() && (value.text() == text_ || wanted_.unit == Unit::none)) return value.text() == text_;
    return amount_of(value, wanted_.unit, scale_) == wanted_.amount;
  }
  bool excludes(const store::ColumnZone& zone) const override {
    if (zone.kind != store::ColumnZone::Kind::numbers) return false;
    return wanted_.amount < *amount_of(record::Value::real(zone.number_min), wanted_.unit, scale_) ||
           wanted_.amount > *amount_of(record::Value::real(zone.number_max), wanted_.unit, scale_);
  }

  // Beyond 2^53 a double cannot tell neighbours apart.
  void compare_exactly(std::int64_t integer) { integer_ = integer; }

 private:
  std::string text_;
  Quantity wanted_;
  double scale_;
  std::optional<std::int64_t> integer_;
};

class AnyOf : public PredicateOf<AnyOf> {
 public:
  explicit AnyOf(std::vector<std::unique_ptr<Predicate>> parts) : parts_(std::move(parts)) {}
  bool matches(const record::Value& value) const {
    return std::ranges::any_of(parts_, [&](const auto& part) { return part->test(value); });
  }
  bool excludes(const store::ColumnZone& zone) const override {
    return std::ranges::all_of(parts_, [&](const auto& part) { return part->excludes(zone); });
  }

 private:
  std::vector<std::unique_ptr<Predicate>> parts_;
};

std::unique_ptr<Predicate> make_amount(const Literal& literal, const Quantity& quantity, std::string_view field) {
  auto equal = std::make_unique<EqualAmount>(literal.text, quantity, field);
  if (const record::Value exact = record::value_from_number(literal.text); exact.kind() == record::Kind::integer)
    equal->compare_exactly(exact.integer());
  return equal;
}

base::Result<std::unique_ptr<Predicate>> make_equal(const Term& term, const Context& context) {
  std::vector<std::unique_ptr<Predicate>> parts;
  std::vector<std::string> texts;
  for (const Literal& literal : term.values) {
    const bool bare = literal.form == Literal::Form::bare;
    const auto quantity = bare ? parse_quantity(literal.text) : std::nullopt;
    if (quantity)
      parts.push_back(make_amount(literal, *quantity, term.field));
    else if (bare && literal.text.find('*') != std::string::npos)
      parts.push_back(std::make_unique<Glob>(literal.text, context.ignore_case));
    else
      texts.push_back(literal.text);
  }
  if (!texts.empty()) parts.push_back(std::make_unique<OneOf>(std::move(texts), context.ignore_case));
  if (parts.size() == 1) return std::move(parts.front());
  return std::unique_ptr<Predicate>(std::make_unique<AnyOf>(std::move(parts)));
}

}  // namespace

extern constexpr FilterSpec kEqual{.op = Op::equal,
                                   .symbol = "=",
                                   .negated = "!=",
                                   .summary = "the value, or any of several; * stands for anything",
                                   .sample = "host in (web1, web2) service!=auth*",
                                   .make = make_equal};

}  // namespace logmill::query
