#include "query/filter/template_regex.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>
#include <utility>

#include "query/testing/random_text.h"
#include "store/template_tokens.h"

namespace logmill::query {
namespace {

bool may_match(const std::string& pattern, std::string_view text, bool ignore_case = false) {
  store::Tokenizer tokenizer;
  tokenizer.cut(text);
  const auto shape = TemplateRegex::make(pattern, ignore_case);
  EXPECT_TRUE(shape) << pattern;
  return !shape || shape->may_match(tokenizer.key());
}

TEST(TemplateRegex, SaysWhichTemplatesCanMatch) {
  EXPECT_TRUE(may_match("user [0-9]+99 ", "user 1299 logged in"));
  EXPECT_TRUE(may_match("user [0-9]+99 ", "user 12 logged in"));  // another text of the same template
  EXPECT_FALSE(may_match("user [0-9]+99 ", "item 1299 bought by user c_lopez "));
  EXPECT_FALSE(may_match("user [0-9]+99 ", "user 1299"));
  EXPECT_TRUE(may_match("v\\d\\.\\d", "at v1.2"));
  EXPECT_FALSE(may_match("v\\d\\.\\d", "at v1-2"));
  EXPECT_TRUE(may_match("^took [0-9]{1,3}ms?$", "took 15ms"));
  EXPECT_FALSE(may_match("took [0-9]{1,3}ms", "took 15 ms"));
  EXPECT_TRUE(may_match("took [a-z]* ?[0-9]", "took  9"));
  EXPECT_TRUE(may_match("b[0-9]x", "a b1x c"));
  EXPECT_FALSE(may_match("b[0-9]x!", "a b1x c"));
  EXPECT_TRUE(may_match("", "anything"));
  EXPECT_TRUE(may_match("x*", ""));
  EXPECT_FALSE(may_match("x", ""));
  EXPECT_TRUE(may_match("IN[^a-z]", "in 1", true));
  EXPECT_FALSE(may_match("IN[^a-z]", "in 1"));
  EXPECT_TRUE(may_match("[\\w-]+@", "me-too@here"));
  EXPECT_TRUE(may_match("a.b",
                        "a\xc3\xb6"
                        "b"));
  EXPECT_TRUE(may_match("a[^x]{2}b",
                        "a\xe2\x84\xaa\xc3\xb6"
                        "b"));
  EXPECT_TRUE(may_match("mask", "ma\xc5\xbf\xe2\x84\xaa", true));
  EXPECT_TRUE(may_match("\\[[0-9]+\\]", "sshd[812]: x"));
  EXPECT_FALSE(may_match("\\[[0-9]+\\] ", "sshd[812]: x"));
}

TEST(TemplateRegex, LeavesAloneWhatItDoesNotJudge) {
  for (const char* const pattern : {"a|b", "(a)", "(?i)a", "\\x41", "\\pN", "[[:alpha:]]", "\\Qa\\E", "a{64}", "a{30}b{34}", "\xc3\xb6",
                                    "[\xc3\xb6]", "[\\d-z]", "[a", "a**", "a{2}{3}", "a{,2}", "\\", "\\n", "*"})
    EXPECT_FALSE(TemplateRegex::make(pattern, false)) << pattern;
  EXPECT_TRUE(TemplateRegex::make("a{63}", false));
}

class TemplateRegexSeeds : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Random, TemplateRegexSeeds, testing::Range(1U, 11U));

TEST_P(TemplateRegexSeeds, NoTextThatMatchesIsLeftOut) {
  static const char* const kPatterns[] = {"a", "b",   "K",     "s",     "9",    "\\d",     "\\w",  "\\W",     "\\s", ".", " ",
                                          "-", "\\.", "[0-9]", "[a-f]", "[^a]", "[^0-9 ]", "[]a]", "[\\d.-]", "\\b", "^", "$"};
  static const char* const kRepeats[] = {"", "", "", "*", "+", "?", "+?", "{2}", "{1,3}", "{2,}", "{0}"};
  std::mt19937 random(GetParam());
  store::Tokenizer tokenizer;
  std::size_t judged = 0, left_out = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_text(random, 8);
    std::string pattern;
    for (auto places = 1 + random() % 6; places > 0; --places)
      pattern += random_text(random, 1, kPatterns) + random_text(random, 1, kRepeats);
    const bool ignore_case = random() % 2 == 0;
    const auto shape = TemplateRegex::make(pattern, ignore_case);
    if (!shape) continue;
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_case_sensitive(!ignore_case);
    const re2::RE2 regex(pattern, options);
    if (!regex.ok()) continue;
    tokenizer.cut(text);
    const bool may = shape->may_match(tokenizer.key());
    EXPECT_TRUE(may || !re2::RE2::PartialMatch(text, regex)) << pattern << (ignore_case ? " (any case)" : "") << " in " << text;
    ++judged;
    left_out += !may;
  }
  EXPECT_GT(judged, 10'000U);
  EXPECT_GT(left_out, 2'000U);  // else it would be of no use
}

}  // namespace
}  // namespace logmill::query
