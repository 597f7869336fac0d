// What a search says of a template must hold for every text of it.
#include "query/filter/template_search.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "query/filter/filter_spec.h"
#include "query/filter/text_match.h"
#include "query/testing/random_text.h"
#include "store/template_tokens.h"

namespace logmill::query {
namespace {

template <class Judge>
Verdict judged(const Judge& judge, std::string_view key) {
  Verdict verdict;
  judge.judge({.keys = {&key, 1}}, &verdict);
  return verdict;
}

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
    const Verdict word = judged(finder, tokenizer.key());
    EXPECT_TRUE(word == Verdict::depends || finder.found_in(text) == (word == Verdict::always))
        << "word \"" << needle << "\" in \"" << text << '"';
    decided += exact != Verdict::depends;
  }
  EXPECT_GT(decided, 5'000U);  // else it would be of no use
}

// Many keys are looked through as one run of bytes, which have others between them.
TEST_P(TemplateSearchSeeds, TellsOfManyWhatItTellsOfEach) {
  std::mt19937 random(GetParam());
  store::Tokenizer tokenizer;
  std::size_t decided = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> texts(random() % 12);
    for (std::string& text : texts) text = random_text(random, 8);
    std::string needle = texts.empty() || random() % 2 == 0 ? random_text(random, 8) : texts[random() % texts.size()];
    if (!needle.empty()) needle = needle.substr(random() % needle.size(), 1 + random() % 80);

    std::string run;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    SlotKinds may_hold_all = 0;
    for (const std::string& text : texts) {
      tokenizer.cut(text);
      for (const store::Variable& variable : tokenizer.variables())
        if (variable.text.find(needle) != std::string_view::npos) may_hold_all |= slot_bit(variable.kind);
      run.push_back(static_cast<char>(random()));
      places.emplace_back(run.size(), tokenizer.key().size());
      run += tokenizer.key();
    }
    std::vector<std::string_view> keys;
    for (const auto& [at, size] : places) keys.push_back(std::string_view(run).substr(at, size));
    std::vector<Verdict> verdicts(keys.size());
    TemplateSearch(needle, false).contained({.keys = keys, .may_hold_all = may_hold_all}, verdicts.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const bool contained = texts[i].find(needle) != std::string::npos;
      EXPECT_TRUE(verdicts[i] == Verdict::depends || contained == (verdicts[i] == Verdict::always))
          << '"' << needle << "\" in \"" << texts[i] << '"';
      decided += verdicts[i] != Verdict::depends;
    }
  }
  EXPECT_GT(decided, 1'000U);
}

TEST(TemplateSearch, ASlotOfAFixedLengthHoldsNoPieceFromWithinTheNeedle) {
  store::Tokenizer tokenizer;
  tokenizer.cut("run 0badcafe of 12");
  EXPECT_EQ(TemplateSearch("nnection", false).contains(tokenizer.key()), Verdict::never);  // "ec" are digits
  EXPECT_EQ(TemplateSearch("un 0badcafe of", false).contains(tokenizer.key()), Verdict::depends);
  EXPECT_EQ(TemplateSearch("run 0ba", false).contains(tokenizer.key()), Verdict::depends);
  EXPECT_EQ(TemplateSearch("cafe of", false).contains(tokenizer.key()), Verdict::depends);
  EXPECT_EQ(TemplateSearch("of 1", false).contains(tokenizer.key()), Verdict::depends);
}

TEST(TemplateSearch, WhatNoVariableHoldsMayBeginInOneAllTheSame) {
  store::Tokenizer tokenizer;
  const auto verdict = [&](std::string_view text, std::string_view needle, SlotKinds may_hold_all) {
    tokenizer.cut(text);
    const std::string_view key = tokenizer.key();
    Verdict told;
    TemplateSearch(needle, false).contained({.keys = {&key, 1}, .may_hold_all = may_hold_all}, &told);
    return told;
  };
  EXPECT_EQ(verdict("at v2 there", "v2", slot_bit(store::SlotKind::text)), Verdict::depends);
  EXPECT_EQ(verdict("at v2 there", "v2", 0), Verdict::never);
  EXPECT_EQ(verdict("at v2", "v2", 0), Verdict::never);
  EXPECT_EQ(verdict("at v2 there", "2 t", 0), Verdict::depends);
  EXPECT_EQ(verdict("at v2\xc3\xa9 there", "2\xc3\xa9", 0), Verdict::depends);
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
                                                          {"(timeout|refused) after", "refused after 3 s"},
                                                          {"(moved|sent) .*(by|to) ", "sent 5 to x"},
                                                          {"moved|9[0-9] sent", "99 sent"},
                                                          {"moved|9", "a 9"},
                                                          {"(moved|sent)?", "none"},
                                                          {"(?i)(MOVED|SENT) to", "Sent TO"},
                                                          {"one|two|three|four|five", "5 five"},
                                                          {"mit " + kelvin + "[0-9]", "mit " + kelvin + "9"}};
  store::Tokenizer tokenizer;
  for (const auto& [pattern, text] : matching) {
    tokenizer.cut(text);
    const auto predicate = filter_spec(Op::match).make({"message", Op::match, {{pattern, Literal::Form::regex}}}, {});
    ASSERT_TRUE(predicate) << pattern;
    EXPECT_TRUE((*predicate)->test(record::Value::string(text))) << pattern;
    EXPECT_NE(judged(**predicate, tokenizer.key()), Verdict::never) << pattern;
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
