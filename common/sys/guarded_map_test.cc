#include "sys/guarded_map.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/temp_dir.h"
#include "sys/fd.h"

namespace logmill::sys {
namespace {

class GuardedMapTest : public ::testing::Test {
 protected:
  GuardedMapTest() : path_(dir_.path() + "/log") {
    text_.resize(64 << 10);
    for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = static_cast<char>('a' + i % 23);
    fd_ = *open_for_appending(path_);
    EXPECT_TRUE(write_all(fd_.get(), text_));
    fd_ = *open_for_reading(path_);
  }

  test::TempDir dir_;
  std::string path_, text_;
  Fd fd_;
};

TEST_F(GuardedMapTest, ShowsTheBytesFromAnywhere) {
  for (const std::size_t offset : {0, 1, 4095, 4096, 5000}) {
    const auto map = GuardedMap::open(fd_.get(), offset, text_.size() - offset);
    ASSERT_TRUE(map) << map.error().what;
    EXPECT_TRUE(map->bytes() == std::string_view(text_).substr(offset)) << offset;
    EXPECT_TRUE(map->intact());
  }
}

TEST_F(GuardedMapTest, OfAFileThatIsCutShowsZerosAndSaysSo) {
  auto map = *GuardedMap::open(fd_.get(), 100, text_.size() - 100);
  const auto other = *GuardedMap::open(fd_.get(), 0, 4096);
  ASSERT_EQ(::truncate(path_.c_str(), 8192), 0);
  EXPECT_TRUE(map.intact());
  EXPECT_TRUE(map.bytes().substr(0, 8092) == std::string_view(text_).substr(100, 8092));
  EXPECT_TRUE(std::ranges::all_of(map.bytes().substr(8092), [](char c) { return c == 0; }));
  EXPECT_FALSE(map.intact());
  EXPECT_TRUE(other.bytes() == std::string_view(text_).substr(0, 4096));
  EXPECT_TRUE(other.intact());
  const GuardedMap moved = std::move(map);
  EXPECT_FALSE(moved.intact());
}

TEST_F(GuardedMapTest, AreAsManyAsThereMayBe) {
  std::vector<GuardedMap> maps;
  while (maps.size() < 100) {
    auto map = GuardedMap::open(fd_.get(), 0, 4096);
    if (!map) {
      EXPECT_EQ(map.error().code, base::ErrorCode::again);
      break;
    }
    maps.push_back(*std::move(map));
  }
  EXPECT_LT(maps.size(), 100u);
  maps.clear();
  EXPECT_TRUE(GuardedMap::open(fd_.get(), 0, 4096));
}

// Whose fault it is: the handler is for the maps and for nothing else.
TEST(GuardedMapDeathTest, OtherBusErrorsEndTheProcessAsEver) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const test::TempDir dir;
  Fd fd = *open_for_appending(dir.path() + "/log");
  ASSERT_TRUE(write_all(fd.get(), "text"));
  const auto map = *GuardedMap::open((*open_for_reading(dir.path() + "/log")).get(), 0, 4);
  EXPECT_DEATH(::raise(SIGBUS), "");
}

}  // namespace
}  // namespace logmill::sys
