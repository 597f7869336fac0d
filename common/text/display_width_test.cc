#include "text/display_width.h"

#include <gtest/gtest.h>

namespace logmill::text {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("plain"), 5U);
  EXPECT_EQ(display_width("ünïcödé"), 7U);
  EXPECT_EQ(display_width("日本語"), 6U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);          // e and a combining accent
  EXPECT_EQ(display_width("\xf0\x9f\x8e\x89!"), 3U);  // U+1F389
  EXPECT_EQ(display_width("█▏…"), 3U);
  EXPECT_EQ(display_width("\xff\xc3"), 2U);
}

TEST(DisplayWidth, CutsBetweenCharacters) {
  EXPECT_EQ(prefix_of_width("abc", 2), 2U);
  EXPECT_EQ(prefix_of_width("abc", 3), 3U);
  EXPECT_EQ(prefix_of_width("日本", 3), 3U);  // half of the second does not go
  EXPECT_EQ(prefix_of_width("日本", 4), 6U);
  EXPECT_EQ(prefix_of_width("e\xcc\x81x", 1), 3U);
  EXPECT_EQ(prefix_of_width("日", 0), 0U);
}

}  // namespace
}  // namespace logmill::text
