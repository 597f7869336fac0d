// What a search says of a template must hold for every text of it.
#include "query/filter/template_search.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "query/filter/filter_spec.h"
#include "query/filter/text_match.h"
#include "query/testing/random_text.h"
#include "store/template_tokens.h"

namespace logmill::query {
namespace {

class TemplateSearchSeeds : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Random, TemplateSearchSeeds, testing::Range(1U, 11U));

TEST_P(TemplateSearchSeeds, NeverAndAlwaysAreTrueOfEveryText) {
  std::mt19937 random(GetParam());
  store::Tokenizer tokenizer;
  std::size_t decided = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_text(random, 8);
    tokenizer.cut(text);
    std::string needle = random() % 2 == 0 ? random_text(random, 8) : text;
    if (!needle.empty()) needle = needle.substr(random() % needle.size(), 1 + random() % 80);

    const Verdict exact = TemplateSearch(needle, false).contains(tokenizer.key());
    const bool contained = text.find(needle) != text.npos;
    EXPECT_TRUE(exact == Verdict::depends || contained == (exact == Verdict::always)) << '"' << needle << "\" in \"" << text << '"';

    const WordFinder finder(needle, true);
    const Verdict word = finder.judge(tokenizer.key());
    EXPECT_TRUE(word == Verdict::depends || finder.found_in(text) == (word == Verdict::always))
        << "word \"" << needle << "\" in \"" << text << '"';
    decided += exact != Verdict::depends;
  }
  EXPECT_GT(decided, 5'000U);  // else it would be of no use
}

// A match may take letters that are other bytes: of other cases beyond ASCII, or folded into it from there.
TEST(TemplateSearch, NoTemplateIsLeftOutWhoseTextARegexMatches) {
  const std::string kelvin = "\xe2\x84\xaa", long_s = "\xc5\xbf", accent = "\xc3\x89";
  const std::pair<std::string, std::string> matching[] = {{accent + "[0-9] there", accent + "7 there"},
                                                          {"(?i)mit k[0-9]", "mit " + kelvin + "9"},
                                                          {"(?i)is[0-9]x", "i" + long_s + "3x"},
                                                          {"mit \\x{212a}[0-9]", "mit " + kelvin + "9"},
                                                          {"(?i)" + accent + "9",
                                                           "\xc3\xa9"
                                                           "9"},
                                                          {"User [0-9]+99 ", "User 1299 "},
                                                          {"(?i)user [0-9]+9 MOVED", "uSER 19 moved"},
                                                          {"k9 [a-z]", "k9 z"},
                                                          {"mit " + kelvin + "[0-9]", "mit " + kelvin + "9"}};
  store::Tokenizer tokenizer;
  for (const auto& [pattern, text] : matching) {
    tokenizer.cut(text);
    const auto predicate = filter_spec(Op::match).make({"message", Op::match, {{pattern, Literal::Form::regex}}}, {});
    ASSERT_TRUE(predicate) << pattern;
    EXPECT_TRUE((*predicate)->test(record::Value::string(text))) << pattern;
    EXPECT_NE((*predicate)->judge(tokenizer.key()), Verdict::never) << pattern;
  }
}

TEST(TemplateSearch, LooksForTheStartOfALongNeedle) {
  const std::string text(100, 'x');
  store::Tokenizer tokenizer;
  tokenizer.cut(text);
  EXPECT_EQ(TemplateSearch(text, false).contains(tokenizer.key()), Verdict::depends);
  EXPECT_EQ(TemplateSearch("y" + text, false).contains(tokenizer.key()), Verdict::never);
}

}  // namespace
}  // namespace logmill::query
