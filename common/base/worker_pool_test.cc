#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace logmill::base {
namespace {

TEST(WorkerPool, WithoutThreadsTheCallerWorks) {
  WorkerPool pool(0);
  const auto caller = std::this_thread::get_id();
  auto ran_in = pool.start([](std::size_t) { return std::this_thread::get_id(); });
  EXPECT_TRUE(is_ready(ran_in));
  EXPECT_EQ(ran_in.get(), caller);
  EXPECT_EQ(pool.width(), 1u);
}

TEST(WorkerPool, DoesEverythingBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(3);
    for (int i = 0; i < 1'000; ++i) (void)pool.start([&done](std::size_t) { ++done; });
  }
  EXPECT_EQ(done, 1'000);
}

TEST(WorkerPool, NoTwoTasksAtOnceShareANumber) {
  WorkerPool pool(3);
  std::array<std::atomic<int>, 3> busy{};
  std::vector<std::future<bool>> alone;
  for (int i = 0; i < 300; ++i)
    alone.push_back(pool.start([&busy](std::size_t number) {
      const bool first = ++busy.at(number) == 1;
      std::this_thread::yield();
      --busy.at(number);
      return first;
    }));
  for (auto& was : alone) EXPECT_TRUE(was.get());
}

TEST(WorkerPool, AnExceptionComesWithTheResult) {
  WorkerPool pool(1);
  auto thrown = pool.start([](std::size_t) -> int { throw std::runtime_error("no"); });
  EXPECT_THROW(thrown.get(), std::runtime_error);
}

}  // namespace
}  // namespace logmill::base
