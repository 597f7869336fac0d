#include "maintain/retention.h"

#include <gtest/gtest.h>

#include <set>

#include "maintain/maintainer.h"
#include "support/store_fixture.h"

namespace logmill::maintain {
namespace {

using test::StoreFixture;

constexpr std::uint64_t kBatch = 20;

base::Status run_round(StoreFixture& at, const RetentionPolicy& keep) {
  return Maintainer(at.fs, at.dir, {.retention = keep}, at.clock, base::null_reporter()).run_round();
}

// Stores records from where the store ends and retains after each segment. Returns up to where they are safe.
std::uint64_t feed(StoreFixture& at, std::uint64_t until, const RetentionPolicy& keep) {
  at.options.seal_rows = kBatch;
  auto writer = at.open();
  if (!writer) return 0;
  const auto held = (*writer)->frontier(StoreFixture::kStream);
  std::uint64_t safe = held ? held->position : 0;
  for (std::uint64_t next = safe; next < until; next += kBatch) {
    if (!at.append(**writer, next, next + kBatch) || !(*writer)->commit()) return safe;
    safe = next + kBatch;
    if (!run_round(at, keep)) return safe;
  }
  [[maybe_unused]] const auto closed = (*writer)->close();
  return safe;
}

TEST(Retention, KeepsTheNewestSegments) {
  StoreFixture at;
  ASSERT_EQ(feed(at, 200, {.keep_count = 2}), 200u);
  EXPECT_EQ(at.messages(), StoreFixture::expected(160, 200));
}

TEST(Retention, SaysWhyASegmentGoes) {
  StoreFixture at;
  ASSERT_EQ(feed(at, 100, {}), 100u);
  at.clock.advance(2 * base::kNsPerDay);
  const auto plan = [&at](const RetentionPolicy& keep) {
    return plan_retention(at.fs, at.dir, keep, at.clock.now(), base::null_reporter()).value();
  };
  EXPECT_TRUE(plan({}).empty());
  EXPECT_TRUE(plan({.keep_age_ns = 3 * base::kNsPerDay}).empty());
  const auto aged = plan({.keep_age_ns = base::kNsPerDay});
  ASSERT_EQ(aged.size(), 5u);
  EXPECT_EQ(aged[0].reason, "older than 1d");
  EXPECT_EQ(aged[0].rows, kBatch);
  EXPECT_EQ(plan({.keep_count = 4})[0].reason, "more than 4 segments");
  EXPECT_EQ(plan({.keep_bytes = aged[3].bytes + aged[4].bytes}).size(), 3u);
}

TEST(Retention, LeavesAStoreToWhoeverMaintainsIt) {
  StoreFixture at;
  ASSERT_EQ(feed(at, 100, {}), 100u);
  const auto lock = MaintenanceLock::try_take(at.fs, at.dir).value();
  ASSERT_TRUE(lock);
  ASSERT_TRUE(run_round(at, {.keep_count = 1}));
  EXPECT_EQ(at.messages().size(), 100u);
}

TEST(Retention, NeverForgetsAFrontier) {
  constexpr RetentionPolicy kKeep{.keep_count = 2};
  StoreFixture counting;
  ASSERT_EQ(feed(counting, 200, kKeep), 200u);
  for (std::uint64_t n = 1; n <= counting.fs.changes(); ++n) {
    SCOPED_TRACE("power cut at change " + std::to_string(n));
    StoreFixture at(n);
    at.fs.fail_change(n, base::ErrorCode::io);
    const std::uint64_t safe = feed(at, 200, kKeep);
    at.fs.cut_power();
    at.fs.fail_nothing();
    at.clock.advance(base::kNsPerSecond);
    auto writer = at.open();
    ASSERT_TRUE(writer) << writer.error().what;
    const auto held = (*writer)->frontier(StoreFixture::kStream);
    EXPECT_GE(held ? held->position : 0, safe);
    const auto messages = at.messages();
    EXPECT_EQ(std::set(messages.begin(), messages.end()).size(), messages.size()) << "a record came twice";
  }
}

}  // namespace
}  // namespace logmill::maintain
