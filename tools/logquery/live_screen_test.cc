#include "logquery/live_screen.h"

#include <gtest/gtest.h>

namespace logmill::logquery {
namespace {

constexpr std::string_view kFour = "head\n1\n2\n3\n";

// Without what a terminal is told.
std::string shown(std::string_view text, sys::TerminalSize size, Keep keep) {
  std::string out;
  const std::string all = drawn(text, size, keep);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != '\x1b')
      out += all[i];
    else
      while (all[++i] == '[' || all[i] == '?' || (all[i] >= '0' && all[i] <= '9')) {
      }
  }
  return out;
}

TEST(LiveScreen, ShowsAllThatFits) {
  EXPECT_EQ(shown(kFour, {.rows = 5, .columns = 80}, Keep::first), kFour);
  EXPECT_EQ(shown(kFour, {}, Keep::first), kFour);  // no terminal that says how large it is
  EXPECT_EQ(shown("", {.rows = 5, .columns = 80}, Keep::last), "");
}

TEST(LiveScreen, SaysWhatDoesNotFit) {
  EXPECT_EQ(shown(kFour, {.rows = 4, .columns = 80}, Keep::first), "head\n1\n… 2 more\n");
  EXPECT_EQ(shown(kFour, {.rows = 4, .columns = 80}, Keep::last), "head\n… 2 earlier\n3\n");
  EXPECT_EQ(shown(kFour, {.rows = 1, .columns = 80}, Keep::first), "head\n1\n… 2 more\n");
}

TEST(LiveScreen, LeavesNothingOfWhatWasThere) {
  const std::string out = drawn("a\n", {.rows = 24, .columns = 80}, Keep::first);
  EXPECT_TRUE(out.starts_with("\x1b[H"));
  EXPECT_NE(out.find("a\x1b[K\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\x1b[J"));
}

}  // namespace
}  // namespace logmill::logquery
