#include "sys/current_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace logmill::sys {
namespace {

TEST(CurrentFolder, PathsFromTheRootStay) { EXPECT_EQ(*from_root("/a/../b"), "/a/../b"); }

TEST(CurrentFolder, OthersBeginWhereTheProcessIs) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(*from_root("cold"), here + "/cold");
  EXPECT_EQ(*from_root("././cold/a"), here + "/cold/a");
  EXPECT_EQ(*from_root("../cold"), here + "/../cold");
  EXPECT_EQ(*from_root("."), here);
  EXPECT_EQ(*from_root("./"), here);
}

}  // namespace
}  // namespace logmill::sys
