// What a search says of a template must hold for every text of it.
#include "query/filter/template_search.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "query/filter/text_match.h"
#include "store/template_tokens.h"

namespace logmill::query {
namespace {

class TemplateSearchSeeds : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Random, TemplateSearchSeeds, testing::Range(1U, 11U));

std::string random_text(std::mt19937& random) {
  static const char* const kPieces[] = {"a",
                                        "b",
                                        "9",
                                        "10",
                                        " ",
                                        "-",
                                        "A1",
                                        "\xc3\xb6",
                                        "\1",
                                        "\4",
                                        "ab",
                                        ":",
                                        "b9",
                                        ".",
                                        "00",
                                        "ff",
                                        "deadbeef",
                                        "7e57c0de",
                                        "123e4567-e89b-12d3-a456-426614174000"};
  std::string text;
  for (auto pieces = random() % 9; pieces > 0; --pieces) text += kPieces[random() % std::size(kPieces)];
  return text;
}

TEST_P(TemplateSearchSeeds, NeverAndAlwaysAreTrueOfEveryText) {
  std::mt19937 random(GetParam());
  store::Tokenizer tokenizer;
  std::size_t decided = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_text(random);
    tokenizer.cut(text);
    std::string needle = random() % 2 == 0 ? random_text(random) : text;
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

TEST(TemplateSearch, LooksForTheStartOfALongNeedle) {
  const std::string text(100, 'x');
  store::Tokenizer tokenizer;
  tokenizer.cut(text);
  EXPECT_EQ(TemplateSearch(text, false).contains(tokenizer.key()), Verdict::depends);
  EXPECT_EQ(TemplateSearch("y" + text, false).contains(tokenizer.key()), Verdict::never);
}

}  // namespace
}  // namespace logmill::query
