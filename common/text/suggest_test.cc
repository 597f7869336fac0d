#include "text/suggest.h"

#include <gtest/gtest.h>

namespace logmill::text {
namespace {

TEST(Nearest, FindsTheMistypedWord) {
  const std::vector<std::string_view> names = {"level", "service", "message", "duration_ms", "host"};
  EXPECT_EQ(nearest("levle", names), "level");
  EXPECT_EQ(nearest("Servcie", names), "service");
  EXPECT_EQ(nearest("mesage", names), "message");
  EXPECT_EQ(nearest("durationms", names), "duration_ms");
  EXPECT_EQ(nearest("hots", names), "host");
  EXPECT_EQ(nearest("hst", names), "host");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  const std::vector<std::string_view> names = {"level", "service", ""};
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("xyz", names), "");
  EXPECT_EQ(nearest("lev", names), "");  // two edits, one allowed
  EXPECT_EQ(nearest(std::string(1000, 'x'), names), "");
  EXPECT_EQ(nearest("level", {}), "");
}

}  // namespace
}  // namespace logmill::text
