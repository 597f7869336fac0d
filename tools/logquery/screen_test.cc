#include "logquery/screen.h"

#include <gtest/gtest.h>

namespace logmill::logquery {
namespace {

TEST(Screen, LinesThatAreTooWideTakeSeveral) {
  EXPECT_EQ(lines_on_terminal("", 80), 0U);
  EXPECT_EQ(lines_on_terminal("a\n\nb\n", 80), 3U);
  EXPECT_EQ(lines_on_terminal(std::string(80, 'x') + "\n" + std::string(81, 'x') + "\n", 80), 3U);
  EXPECT_EQ(lines_on_terminal("\x1b[1;31m" + std::string(80, 'x') + "\x1b[0m\n", 80), 1U);
  EXPECT_EQ(lines_on_terminal("ééé\n", 3), 1U);
}

}  // namespace
}  // namespace logmill::logquery
