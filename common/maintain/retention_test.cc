#include "maintain/retention.h"

#include <gtest/gtest.h>

#include <set>

#include "maintain/test_store.h"

namespace logmill::maintain {
namespace {

constexpr std::uint64_t kEach = 20;

TEST(Retention, KeepsTheNewestSegments) {
  TestStore at;
  at.policy.retention.keep_count = 2;
  ASSERT_EQ(at.feed(200, kEach, true), 200u);
  EXPECT_EQ(at.messages(), TestStore::expected(160, 200));
}

TEST(Retention, SaysWhyASegmentGoes) {
  TestStore at;
  ASSERT_EQ(at.feed(100, kEach, false), 100u);
  at.clock.advance(2 * base::kNsPerDay);
  const auto plan = [&at](const RetentionPolicy& keep) {
    at.policy.retention = keep;
    return at.maintainer().plan_retention_now().value();
  };
  EXPECT_TRUE(plan({}).empty());
  EXPECT_TRUE(plan({.keep_age_ns = 3 * base::kNsPerDay}).empty());
  const auto aged = plan({.keep_age_ns = base::kNsPerDay});
  ASSERT_EQ(aged.size(), 5u);
  EXPECT_EQ(aged[0].reason, "older than 1d");
  EXPECT_EQ(aged[0].segment.rows, kEach);
  EXPECT_EQ(plan({.keep_count = 4})[0].reason, "more than 4 segments");
  EXPECT_EQ(plan({.keep_bytes = aged[3].segment.bytes + aged[4].segment.bytes}).size(), 3u);
}

TEST(Retention, AClockThatGoesYearsForwardDeletesNothingForADay) {
  TestStore at;
  at.policy.retention.keep_age_ns = 7 * base::kNsPerDay;
  ASSERT_EQ(at.feed(100, kEach, false), 100u);
  auto maintainer = at.maintainer();
  at.clock.wall += 3'650 * base::kNsPerDay;
  ASSERT_TRUE(maintainer.run_round());
  EXPECT_EQ(at.messages().size(), 100u);
  at.clock.advance(base::kNsPerDay - base::kNsPerSecond);
  ASSERT_TRUE(maintainer.run_round());
  EXPECT_EQ(at.messages().size(), 100u);
  at.clock.advance(base::kNsPerSecond);
  ASSERT_TRUE(maintainer.run_round());
  EXPECT_TRUE(at.messages().empty());
}

TEST(Retention, LeavesAStoreToWhoeverMaintainsIt) {
  TestStore at;
  ASSERT_EQ(at.feed(100, kEach, false), 100u);
  const auto lock = MaintenanceLock::try_take(at.fs, at.dir).value();
  ASSERT_TRUE(lock);
  at.policy.retention.keep_count = 1;
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages().size(), 100u);
}

TEST(Retention, NeverForgetsAFrontier) {
  const auto run = [](TestStore& at) {
    at.policy.retention.keep_count = 2;
    at.policy.compaction.enabled = false;
    return at.feed(200, kEach, true);
  };
  TestStore counting;
  ASSERT_EQ(run(counting), 200u);
  for (std::uint64_t n = 1; n <= counting.fs.changes(); ++n) {
    SCOPED_TRACE("power cut at change " + std::to_string(n));
    TestStore at(n);
    at.fs.fail_change(n, base::ErrorCode::io);
    const std::uint64_t safe = run(at);
    at.fs.cut_power();
    at.fs.fail_nothing();
    at.clock.advance(base::kNsPerSecond);
    auto writer = at.open();
    ASSERT_TRUE(writer) << writer.error().what;
    const auto held = (*writer)->frontier(TestStore::kStream);
    EXPECT_GE(held ? held->position : 0, safe);
    const auto messages = at.messages();
    EXPECT_EQ(std::set(messages.begin(), messages.end()).size(), messages.size()) << "a record came twice";
  }
}

}  // namespace
}  // namespace logmill::maintain
