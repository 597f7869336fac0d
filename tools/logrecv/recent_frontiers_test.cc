#include "logrecv/recent_frontiers.h"

#include <gtest/gtest.h>

namespace logmill::logrecv {
namespace {

record::StreamId stream(std::uint8_t number) { return {number, 1}; }

TEST(RecentFrontiers, KnowsHowFarAStreamWasTaken) {
  RecentFrontiers held;
  EXPECT_FALSE(held.find(stream(1)));
  held.advance({stream(1), 2, 0, 10});
  held.advance({stream(1), 2, 5, 8});
  EXPECT_EQ(held.find(stream(1))->position, 10u);
  held.advance({stream(1), 3, 0, 4});
  EXPECT_EQ(held.find(stream(1))->epoch, 3u);
  EXPECT_EQ(held.find(stream(1))->position, 4u);
}

TEST(RecentFrontiers, ForgetsThoseThatWereIdleForLongest) {
  RecentFrontiers held;
  for (std::uint8_t i = 1; i <= 5; ++i) held.advance({stream(i), 0, 0, i});
  held.advance({stream(1), 0, 1, 7});
  EXPECT_EQ(held.forget_oldest(5), 0u);
  EXPECT_EQ(held.forget_oldest(2), 3u);
  EXPECT_EQ(held.list().size(), 2u);
  EXPECT_EQ(held.find(stream(1))->position, 7u);
  EXPECT_TRUE(held.find(stream(5)));
  EXPECT_FALSE(held.find(stream(2)));
}

}  // namespace
}  // namespace logmill::logrecv
