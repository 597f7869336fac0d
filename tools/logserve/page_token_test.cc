#include "logserve/page_token.h"

#include <gtest/gtest.h>

namespace logmill::logserve {
namespace {

TEST(PageToken, ComesBackFromItsText) {
  for (const PageToken& token :
       {PageToken{}, PageToken{-1, 7, 0}, PageToken{INT64_MAX, UINT64_MAX, UINT32_MAX}, PageToken{INT64_MIN, 0, 1}}) {
    const auto parsed = PageToken::parse(token.text());
    ASSERT_TRUE(parsed) << token.text();
    EXPECT_EQ(*parsed, token);
  }
}

TEST(PageToken, RefusesWhatItDidNotGive) {
  const std::string good = PageToken{5, 6, 7}.text();
  for (std::size_t end = 0; end < good.size(); ++end) EXPECT_FALSE(PageToken::parse(good.substr(0, end)));
  for (const char* text : {"", "-", "--", "1-2-", "1-2-3-4", "1-2-3 ", " 1-2-3", "1-2-100000000", "11111111111111111-2-3", "g-1-1"})
    EXPECT_FALSE(PageToken::parse(text)) << text;
}

TEST(PlaceRows, LatestFirstAndEqualOnesCounted) {
  const auto placed = place_rows({{"a", 1}, {"b", 2}, {"a", 1}, {"c", 1}, {"a", 1}});
  ASSERT_EQ(placed.size(), 5U);
  EXPECT_EQ(placed[0].row.json, "b");
  std::vector<std::uint32_t> repeats;
  for (const PlacedRow& one : placed)
    if (one.row.json == "a") repeats.push_back(one.place.repeat);
  EXPECT_EQ(repeats, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(PlaceRows, TheOrderDoesNotDependOnThatOfTheStore) {
  const auto one = place_rows({{"a", 1}, {"b", 1}, {"c", 1}}), other = place_rows({{"c", 1}, {"a", 1}, {"b", 1}});
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].place, other[i].place);
}

}  // namespace
}  // namespace logmill::logserve
