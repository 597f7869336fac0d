#include "query/scan/ordered_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace logmill::query {
namespace {

// How many threads.
class OrderedWorkTest : public testing::TestWithParam<unsigned> {};

TEST_P(OrderedWorkTest, WorksOnEachItemOnceAndHandsThemOverInOrder) {
  constexpr std::size_t kItems = 200;
  std::vector<int> times(kItems);
  OrderedWork work(GetParam(), kItems, 8, [&](std::size_t worker, std::size_t item) {
    EXPECT_LT(worker, GetParam());
    ++times[item];
  });
  for (std::size_t item = 0; item < kItems; ++item) {
    work.wait(item);
    EXPECT_EQ(times[item], 1) << item;
    work.release(item);
  }
}

TEST_P(OrderedWorkTest, BeginsNoMoreItemsAheadThanIsSaid) {
  constexpr std::size_t kItems = 100, kAhead = 3;
  std::atomic<std::size_t> released = 0;
  OrderedWork work(GetParam(), kItems, kAhead, [&](std::size_t, std::size_t item) { EXPECT_LT(item, released + kAhead); });
  for (std::size_t item = 0; item < kItems; ++item) {
    work.wait(item);
    released = item + 1;  // before it is: at most too large
    work.release(item);
  }
}

TEST_P(OrderedWorkTest, BeginsNothingMoreOnceItIsNoLongerWanted) {
  std::atomic<std::size_t> begun = 0;
  {
    OrderedWork work(GetParam(), 1000, 2, [&](std::size_t, std::size_t) { ++begun; });
    work.wait(0);
  }
  EXPECT_GE(begun, 1);
  EXPECT_LE(begun, 2);
}

// Of what has no known end, each item before it is worked on, and no more of them ahead than is said.
TEST_P(OrderedWorkTest, PreparesOneItemAfterTheOther) {
  constexpr std::size_t kItems = 100, kAhead = 3;
  std::atomic<std::size_t> prepared = 0, released = 0;
  std::thread::id thread;
  OrderedWork work(
      GetParam(), ~std::size_t{0}, kAhead, [&](std::size_t, std::size_t item) { EXPECT_LT(item, prepared); },
      [&](std::size_t item) {
        EXPECT_EQ(item, prepared);
        EXPECT_LT(item, released + kAhead);
        if (item == 0) thread = std::this_thread::get_id();
        EXPECT_EQ(std::this_thread::get_id(), thread);
        if (item == kItems) return false;
        ++prepared;
        return true;
      });
  for (std::size_t item = 0; item < kItems; ++item) {
    ASSERT_TRUE(work.wait(item));
    released = item + 1;
    work.release(item);
  }
  EXPECT_FALSE(work.wait(kItems));
  EXPECT_FALSE(work.wait(kItems));
}

INSTANTIATE_TEST_SUITE_P(Threads, OrderedWorkTest, testing::Values(1, 2, 5));

}  // namespace
}  // namespace logmill::query
