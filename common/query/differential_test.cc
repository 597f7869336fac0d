// The engine against a naive evaluator, and partial aggregates against whole ones, on random rows
// and queries.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>

#include "query/groups/aggregate.h"
#include "query/pipeline/held_rows.h"
#include "query/testing/random_rows.h"
#include "query/query.h"
#include "record/fields.h"
#include "record/json_object.h"

namespace logmill::query {
namespace {

constexpr Context kUtc{.now = 0, .utc = true};

// A second reading of the language, one row at a time, as plain as can be. It knows what RandomRows
// makes.
class Naive {
 public:
  Naive(const record::Batch& batch, std::size_t row) : batch_(batch), row_(row) {}

  bool matches(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::everything: return true;
      case Expr::Kind::negation: return !matches(expr.children[0]);
      case Expr::Kind::all_of: return std::ranges::all_of(expr.children, [&](auto& e) { return matches(e); });
      case Expr::Kind::any_of: return std::ranges::any_of(expr.children, [&](auto& e) { return matches(e); });
      case Expr::Kind::term: return matches(expr.term);
    }
    return false;
  }

 private:
  bool matches(const Term& term) const {
    if (term.field == "level") return level_matches(term);
    if (!term.field.empty()) return value_matches(term, batch_.get(term.field, row_));
    if (batch_.get("message", row_).present()) return value_matches(term, batch_.get("message", row_));
    for (const record::Column& column : batch_.columns())
      if (value_matches(term, column.at(row_))) return true;
    const auto level = batch_.levels()[row_];
    return level != record::Severity::none && value_matches(term, record::Value::string(record::severity_name(level)));
  }

  bool level_matches(const Term& term) const {
    const auto level = batch_.levels()[row_];
    if (level == record::Severity::none) return false;
    if (term.op == Op::present) return true;
    const auto wanted = *record::severity_from_text(term.values[0].text);
    return term.op == Op::equal ? level == wanted : level >= wanted;
  }

  static bool value_matches(const Term& term, const record::Value& value) {
    if (!value.present()) return false;
    std::string text;
    record::append_plain(text, value);
    const std::string wanted = term.values.empty() ? "" : term.values[0].text;
    switch (term.op) {
      case Op::present: return true;
      case Op::equal: return std::ranges::any_of(term.values, [&](const Literal& literal) { return equal(literal.text, text); });
      case Op::less: return number(text) && *number(text) < std::stod(wanted);
      case Op::less_equal: return number(text) && *number(text) <= std::stod(wanted);
      case Op::greater: return number(text) && *number(text) > std::stod(wanted);
      case Op::greater_equal: return number(text) && *number(text) >= std::stod(wanted);
      case Op::match: {
        const std::string pattern = (term.values[0].ignore_case ? "(?i)" : "") + wanted;
        return re2::RE2::PartialMatch(text, pattern);
      }
      case Op::word: return has_word(wanted, text);
    }
    return false;
  }

  static bool equal(std::string wanted, const std::string& text) {
    if (!wanted.ends_with('*')) return wanted == text;
    wanted.pop_back();
    return text.starts_with(wanted);
  }

  static std::optional<double> number(const std::string& text) {
    if (text.empty() || !std::isdigit(static_cast<unsigned char>(text[0])) || text.find_first_not_of("0123456789.") != std::string::npos)
      return std::nullopt;
    return std::stod(text);
  }

  static bool has_word(std::string wanted, std::string text) {
    const bool prefix = wanted.ends_with('*');
    if (prefix) wanted.pop_back();
    const std::string edge = "(^|[^a-z0-9])";
    return re2::RE2::PartialMatch(text, "(?i)" + edge + re2::RE2::QuoteMeta(wanted) + (prefix ? "" : "([^a-z0-9]|$)"));
  }

  const record::Batch& batch_;
  std::size_t row_;
};

class Differential : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Random, Differential, testing::Range<std::uint64_t>(1, 21));

TEST_P(Differential, FiltersAgreeWithANaiveEvaluator) {
  RandomRows random(GetParam());
  record::Batch batch;
  random.fill(batch, 200, 0);
  for (int i = 0; i < 50; ++i) {
    const std::string text = random.filter();
    const auto filter = Filter::parse(text, kUtc);
    ASSERT_TRUE(filter) << text;
    Mask keep;
    filter->select(batch, keep);
    for (std::size_t row = 0; row < batch.rows(); ++row)
      ASSERT_EQ(keep[row] != 0, Naive(batch, row).matches(filter->expr())) << text << " row " << row;
  }
}

// Groups and aggregates of some rows.
struct PartialRun {
  explicit PartialRun(const AggregateCall& call)
      : grouper({{"service", 0}, {"", 10 * base::kNsPerSecond}}), aggregate(find_aggregate(call.function)->make(call)) {}

  void add(const record::Batch& batch) {
    BatchTable table(batch);
    const auto rows = all_rows(batch.rows());
    std::vector<std::uint32_t> group_of;
    ASSERT_TRUE(grouper.assign({table, rows}, group_of));
    ASSERT_TRUE(aggregate->add({table, rows}, group_of, grouper.groups()));
  }

  void merge(const PartialRun& other) {
    std::vector<std::uint32_t> map;
    for (std::size_t group = 0; group < other.grouper.groups(); ++group)
      map.push_back(grouper.group_of({other.grouper.value(group, 0), other.grouper.value(group, 1)}));
    aggregate->merge(*other.aggregate, map, grouper.groups());
  }

  Grouper grouper;
  std::unique_ptr<Aggregate> aggregate;
};

TEST_P(Differential, MergedPartsAreTheWhole) {
  RandomRows random(GetParam());
  record::Batch first, second;
  random.fill(first, 300, 0);
  random.fill(second, 300, 5 * base::kNsPerSecond);
  for (const AggregateSpec* spec : aggregate_specs()) {
    for (const char* field : {"ms", "status", "message", "timestamp"}) {
      const AggregateCall call{std::string(spec->name), field, ""};
      PartialRun whole(call), left(call), right(call);
      whole.add(first);
      whole.add(second);
      left.add(first);
      right.add(second);
      left.merge(right);
      ASSERT_EQ(whole.grouper.groups(), left.grouper.groups());
      base::Arena bytes;
      for (std::uint32_t group = 0; group < whole.grouper.groups(); ++group) {
        const auto same = left.grouper.group_of({whole.grouper.value(group, 0), whole.grouper.value(group, 1)});
        std::string a, b;
        record::append_json(a, whole.aggregate->result(group, bytes));
        record::append_json(b, left.aggregate->result(same, bytes));
        if (spec->name == "avg" || spec->name == "sum")
          EXPECT_NEAR(std::atof(a.c_str()), std::atof(b.c_str()), 1e-6) << spec->name << " " << field;
        else
          EXPECT_EQ(a, b) << spec->name << " " << field;
      }
    }
  }
}

}  // namespace
}  // namespace logmill::query
