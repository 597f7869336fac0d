#include "logserve/search/page_token.h"

#include <gtest/gtest.h>

#include <set>

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
  const std::string a = R"({"m":"a"})", b = R"({"m":"b"})", c = R"({"m":"c"})";
  const auto placed = place_rows({{a, 1}, {b, 2}, {a, 1}, {c, 1}, {a, 1}});
  ASSERT_EQ(placed.size(), 5U);
  EXPECT_EQ(placed[0].row.json, b);
  std::vector<std::uint32_t> repeats;
  for (const PlacedRow& one : placed)
    if (one.row.json == a) repeats.push_back(one.place.repeat);
  EXPECT_EQ(repeats, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(PlaceRows, TheOrderDoesNotDependOnThatOfTheStore) {
  const std::string a = R"({"m":"a"})", b = R"({"m":"b"})", c = R"({"m":"c"})";
  const auto one = place_rows({{a, 1}, {b, 1}, {c, 1}}), other = place_rows({{c, 1}, {a, 1}, {b, 1}});
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].place, other[i].place);
}

TEST(PlaceRows, TheOrderOfMembersIsTheBlocks) {
  const std::string one = R"({"m":"a, \"b\":{","n":1,"list":[1,{"x":[2,3]},"]"],"o":{"p":"}","q":2},"r":"\\"})",
                    other = R"({"r":"\\","o":{"p":"}","q":2},"n":1,"m":"a, \"b\":{","list":[1,{"x":[2,3]},"]"]})";
  const auto hash = [](const std::string& json) { return place_rows({{json, 1}}).front().place.hash; };
  EXPECT_EQ(hash(one), hash(other));
  EXPECT_EQ(hash("{}"), hash("{}"));
  std::set<std::uint64_t> hashes{hash(one), hash("{}")};
  for (const char* json : {R"({"m":"a"})", R"({"m":"b"})", R"({"n":"a"})", R"({"m":"a","n":1})", R"({"m":"a","n":2})", R"({"m":["a"]})",
                           R"({"m":["a","n"]})", R"({"m":["n","a"]})", R"({"m":{"a":1,"b":2}})"})
    EXPECT_TRUE(hashes.insert(hash(json)).second) << json;
}

}  // namespace
}  // namespace logmill::logserve
