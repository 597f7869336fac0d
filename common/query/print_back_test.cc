// Trees at random, with names and texts as odd as can be, and texts at random: each prints to text that parses to the
// same tree.
#include <gtest/gtest.h>

#include <random>
#include <span>

#include "query/filter/filter.h"
#include "query/filter/filter_spec.h"
#include "query/query.h"
#include "query/stages/expression.h"

namespace logmill::query {
namespace {

constexpr int kTrees = 4'000, kTexts = 20'000;

class RandomTrees {
 public:
  explicit RandomTrees(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string odd_text() {
    static constexpr std::string_view kPieces[] = {
        "a",  "B7", " ",    "\"",   "'", "\\",   "/",   "|",   "(",  ")",  ",",   "*",  "?", "!", "=", "<", ">",  "~",   ":",     "\n",
        "\t", "\r", "\x01", "\x7f", "é", "\xff", "and", "not", "in", "by", "ago", "5m", "-", "+", "{", "}", "//", "\\n", "\\x41", "."};
    return joined(kPieces, 4);
  }

  // What a filter is made of, in any order: some of it is one.
  std::string filter_text() {
    static constexpr std::string_view kPieces[] = {"a", "b=", "c:", "d~", "\"e f\"", "'g'",   "/",    "/h",    "i/",  "//",
                                                   "*", " ",  " ",  " ",  "!",       " and ", " or ", " not ", "not", "(",
                                                   ")", ",",  "?",  "<",  ">=",      " in (", "7s",   ":",     "\\"};
    return joined(kPieces, 12);
  }

  std::string field() { return below(3) > 0 ? plain_word() : odd_text(); }

  Expr filter(int depth) {
    switch (depth == 0 ? 0 : below(5)) {
      case 0:
      case 1: return make_term(term());
      case 2: return negate(filter(depth - 1));
      default: {
        std::vector<Expr> parts;
        for (std::size_t i = 2 + below(2); i > 0; --i) parts.push_back(filter(depth - 1));
        return join(below(2) ? Expr::Kind::all_of : Expr::Kind::any_of, std::move(parts));
      }
    }
  }

  Expression expression(int depth) {
    switch (depth == 0 ? below(3) : below(6)) {
      case 0: return {Expression::Kind::number, std::to_string(below(100)) + (below(2) ? ".5" : ""), 0, {}};
      case 1: return {Expression::Kind::text, odd_text(), 0, {}};
      case 2: return {Expression::Kind::field, field(), 0, {}};
      case 3: return with({Expression::Kind::negative, {}, 0, {}}, 1, depth);
      case 4: return with({Expression::Kind::call, below(2) ? "coalesce" : "max", 0, {}}, 1 + below(3), depth);
      default: return with({Expression::Kind::operation, {}, "+-*/%" [below(5)], {}}, 2, depth);
    }
  }

 private:
  std::string joined(std::span<const std::string_view> pieces, std::size_t count_max) {
    std::string text;
    for (std::size_t count = 1 + below(count_max); count > 0; --count) text += pieces[below(pieces.size())];
    return text;
  }

  std::string plain_word() {
    static constexpr std::string_view kWords[] = {"host", "a.b", "x_1", "status", "Level2", "trace-id", "user@x"};
    return std::string(kWords[below(std::size(kWords))]);
  }

  Expression with(Expression parent, std::size_t children, int depth) {
    for (; children > 0; --children) parent.arguments.push_back(expression(depth - 1));
    return parent;
  }

  Literal value() {
    if (below(2)) return {odd_text(), Literal::Form::quoted};
    static constexpr std::string_view kBare[] = {"500", "1.5s", "10KB", "web*", "a-b", "x", "/path", "and", "12:30", "-1"};
    return {std::string(kBare[below(std::size(kBare))]), Literal::Form::bare};
  }

  Term term() {
    switch (below(6)) {
      case 0: return {"", Op::word, {{odd_text(), Literal::Form::quoted}}};
      case 1: return {field(), Op::present, {}};
      case 2: return {below(2) ? field() : "", Op::match, {regex()}};
      case 3: return {field(), static_cast<Op>(static_cast<int>(Op::less) + below(4)), {value()}};
      case 4: return {field(), Op::word, {{odd_text(), Literal::Form::quoted}}};
      default: {
        Term term{field(), Op::equal, {}};
        for (std::size_t i = 1 + below(3); i > 0; --i) term.values.push_back(value());
        return term;
      }
    }
  }

  Literal regex() {
    static constexpr std::string_view kPieces[] = {"a", "\\d+", "/", " ", "\"", "[^|]", ".*", "^", "$", "x|y", "(?:z)", "\\\\", ","};
    Literal regex{{}, Literal::Form::regex, below(2) == 0};
    for (std::size_t i = 1 + below(4); i > 0; --i) regex.text += kPieces[below(std::size(kPieces))];
    return regex;
  }

  std::mt19937_64 random_;
};

class PrintBack : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PrintBack, Filters) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomTrees random(GetParam());
  for (int i = 0; i < kTrees; ++i) {
    const Expr expr = random.filter(3);
    std::string text;
    append_expr(text, expr);
    const auto again = Filter::parse(text, {});
    ASSERT_TRUE(again) << text << "\n" << again.error().what;
    ASSERT_TRUE(again->expr() == expr) << text << "\n" << again->text();
  }
}

TEST_P(PrintBack, TextsOfFilters) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomTrees random(GetParam());
  int filters = 0;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = random.filter_text();
    const auto filter = Filter::parse(text, {});
    if (!filter) continue;
    ++filters;
    const auto again = Filter::parse(filter->text(), {});
    ASSERT_TRUE(again) << text << "\n" << filter->text() << "\n" << again.error().what;
    ASSERT_TRUE(again->expr() == filter->expr()) << text << "\n" << filter->text() << "\n" << again->text();
  }
  EXPECT_GT(filters, kTexts / 10);
}

TEST_P(PrintBack, Expressions) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomTrees random(GetParam());
  for (int i = 0; i < kTrees; ++i) {
    const Expression expression = random.expression(4);
    std::string text;
    append_expression(text, expression);
    Lexer lexer(text);
    const auto again = parse_expression(lexer);
    ASSERT_TRUE(again) << text << "\n" << again.error().what;
    ASSERT_TRUE(lexer.at_end()) << text;
    ASSERT_TRUE(*again == expression) << text;
  }
}

TEST_P(PrintBack, Stages) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomTrees random(GetParam());
  const auto quoted = [&random] {
    std::string text;
    append_quoted(text, random.odd_text());
    return text;
  };
  const Context context{.files = &sys::os_file_system()};
  for (int i = 0; i < kTrees / 10; ++i) {
    const std::string a = quoted(), b = quoted(), c = quoted();
    for (const std::string& stage :
         {"stats count(" + a + ") as " + b + ", p99.9(" + c + ") by " + b + ", 90s, " + a, "timechart 36h sum(" + a + ") by " + b,
          "top 3 " + a + ", " + b, "sort -" + a + ", " + b + " | head 2", "fields " + a + ", " + b, "drop " + a, "rename " + a + " as " + b,
          "where " + a + "=" + b + " OR " + c, "let " + a + " = field(" + b + ") + " + c, "extract \"{x} {y}\" from " + a, "json from " + a,
          "logfmt keep from " + a, std::string("json keep"), "logfmt from " + b, "join " + a + " by " + b + ", " + c,
          "session by " + a + ", " + b + " gap 90m", "count by " + a + " | compare 25h", "uniq " + a + ", " + b, "uniq " + a + " keep"}) {
      const auto parsed = Query::parse("* | " + stage, context);
      ASSERT_TRUE(parsed) << stage << "\n" << parsed.error().what;
      const auto again = Query::parse(parsed->text(), context);
      ASSERT_TRUE(again) << stage << "\n" << parsed->text() << "\n" << again.error().what;
      ASSERT_EQ(again->text(), parsed->text()) << stage;
    }
    const auto around = Query::parse("a=1 | context -" + std::to_string(i) + " +1 by " + a, context);
    ASSERT_TRUE(around);
    ASSERT_EQ(Query::parse(around->text(), context)->text(), around->text());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PrintBack, testing::Values(1, 2, 3));

}  // namespace
}  // namespace logmill::query
