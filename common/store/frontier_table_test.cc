#include "store/frontier_table.h"

#include <gtest/gtest.h>

namespace logmill::store {
namespace {

record::StreamId stream(std::uint8_t number) { return {number, 1}; }

TEST(FrontierTable, KnowsHowFarAStreamIsHeld) {
  FrontierTable held;
  EXPECT_FALSE(held.find(stream(1)));
  held.advance(record::Range{stream(1), 2, 0, 10});
  held.advance(record::Range{stream(1), 2, 5, 8});
  EXPECT_EQ(held.find(stream(1))->position, 10u);
  held.advance(record::Range{stream(1), 3, 0, 4});
  EXPECT_EQ(held.find(stream(1))->epoch, 3u);
  EXPECT_EQ(held.find(stream(1))->position, 4u);
}

TEST(FrontierTable, ForgetsThoseThatWereIdleForLongest) {
  FrontierTable held;
  for (std::uint8_t i = 1; i <= 5; ++i) held.advance(record::Range{stream(i), 0, 0, i});
  held.advance(record::Range{stream(1), 0, 1, 7});
  EXPECT_EQ(held.forget_oldest(5), 0u);
  EXPECT_EQ(held.forget_oldest(2), 3u);
  EXPECT_EQ(held.list().size(), 2u);
  EXPECT_EQ(held.find(stream(1))->position, 7u);
  EXPECT_TRUE(held.find(stream(5)));
  EXPECT_FALSE(held.find(stream(2)));
}

TEST(FrontierTable, IsBoundedAndRemembersTheOrderAsBytes) {
  FrontierTable held(3);
  for (std::uint8_t i = 1; i <= 3; ++i) held.advance(record::Range{stream(i), 0, 0, i});
  held.advance(record::Range{stream(1), 0, 1, 7});
  std::string bytes;
  append_frontiers(bytes, held.list());
  FrontierTable again(3);
  again.advance_all(*parse_frontiers(bytes));
  again.advance(record::Range{stream(4), 0, 0, 4});
  EXPECT_TRUE(again.find(stream(1)));
  EXPECT_FALSE(again.find(stream(2))) << "idle for longest";
  EXPECT_EQ(again.list().size(), 3u);
}

}  // namespace
}  // namespace logmill::store
