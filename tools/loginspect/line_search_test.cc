#include "loginspect/line_search.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace logmill::loginspect {
namespace line_search_test {

std::vector<std::string> hits_of(std::string_view needle, const std::vector<std::string>& pieces) {
  std::vector<std::string> hits;
  LineSearch search(needle, [&](std::string_view line) {
    hits.emplace_back(line);
    return base::Status();
  });
  for (const std::string& piece : pieces) EXPECT_TRUE(search.add(piece));
  EXPECT_TRUE(search.end());
  return hits;
}

using Lines = std::vector<std::string>;

TEST(LineSearch, FindsLinesHoweverTheyAreCut) {
  EXPECT_EQ(hits_of("GET", {"a GET b\nget\nx", "yGE", "T z\n", "GET"}), (Lines{"a GET b", "xyGET z", "GET"}));
  EXPECT_EQ(hits_of("a", {"", "\n\na\n", "\n"}), (Lines{"a"}));
  EXPECT_EQ(hits_of("a\nb", {"a\nb\n", "a\n", "b\n"}), Lines{});
}

TEST(LineSearch, LooksAtTheFrontOfHugeLines) {
  const std::string huge(kSearchedLineBytesMax, 'x');
  const Lines hits = hits_of("x", {huge, "yes"});
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].size(), kSearchedLineBytesMax);
  EXPECT_EQ(hits_of("yes", {huge, "yes\n"}), Lines{});
}

TEST(LineSearch, AgreesWithLookingAtEachLine) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto text_of = [&](std::size_t size) {
    std::string text(size, ' ');
    for (char& c : text) c = "aAbB\n"[random() % 5];
    return text;
  };
  for (int round = 0; round < 2'000; ++round) {
    const std::string text = text_of(random() % 300), needle = text_of(1 + random() % 4);
    Lines expected, pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      if (text.substr(at, end - at).find(needle) != text.npos) expected.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    for (std::size_t at = 0; at < text.size();) {
      pieces.push_back(text.substr(at, random() % 40));
      at += pieces.back().size();
    }
    ASSERT_EQ(hits_of(needle, pieces), expected) << text << "|" << needle;
  }
}

}  // namespace line_search_test
}  // namespace logmill::loginspect
