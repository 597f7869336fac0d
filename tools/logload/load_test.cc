#include "logload/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "logload/numbered_records.h"

namespace logmill::logload {
namespace {

class FakeClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return time; }
  std::int64_t steady_ns() const override { return time; }
  std::int64_t time = 5'000;
};

// Acknowledges each batch so long after it was sent, except during a stall.
class FakeLane final : public Lane {
 public:
  FakeLane(const FakeClock& clock, std::int64_t delay_ns) : clock_(clock), delay_ns_(delay_ns) {}
  bool has_room() const override { return room; }
  base::Status send(const record::Batch& batch) override {
    if (fail_after == sent_at.size()) return base::Error{base::ErrorCode::again, "cable cut"};
    sent_at.push_back(clock_.time);
    for (std::size_t row = 0; row < batch.rows(); ++row) numbers.push_back(batch.get(kNumberField, row).integer());
    return {};
  }
  base::Result<std::uint64_t> work() override {
    if (clock_.time >= stall_from && clock_.time < stall_to) return answered_;
    while (answered_ < sent_at.size() && clock_.time >= sent_at[answered_] + delay_ns_) ++answered_;
    return answered_;
  }
  base::Status finish() override { return {}; }
  bool done() const override { return answered_ == sent_at.size(); }

  bool room = true;
  std::size_t fail_after = ~std::size_t{0};
  std::int64_t stall_from = 0, stall_to = 0;
  std::vector<std::int64_t> sent_at, numbers;

 private:
  const FakeClock& clock_;
  std::int64_t delay_ns_;
  std::uint64_t answered_ = 0;
};

struct LoadTest : testing::Test {
  FakeClock clock;
  std::vector<std::unique_ptr<Lane>> lanes;
  LoadOptions options{
      .rate = 10'000, .warmup_ns = 0, .duration_ns = base::kNsPerSecond, .drain_ns = base::kNsPerSecond, .seed = 1, .run = "test"};

  FakeLane& add_lane(std::int64_t delay_ns) {
    lanes.push_back(std::make_unique<FakeLane>(clock, delay_ns));
    return static_cast<FakeLane&>(*lanes.back());
  }
  LoadOutcome run() {
    return run_load(lanes, options,
                    {.clock = clock,
                     .pause = [this](std::int64_t ns) { clock.time += std::max<std::int64_t>(ns, 1'000); },
                     .stopped = [] { return false; }});
  }
};

TEST_F(LoadTest, SendsThePlanAndMeasuresTheDelay) {
  add_lane(3 * base::kNsPerMs);
  const LoadOutcome outcome = run();
  EXPECT_EQ(outcome.result.sent, 10'000u);
  EXPECT_EQ(outcome.result.acknowledged, 10'000u);
  EXPECT_EQ(outcome.result.lost(), 0u);
  EXPECT_TRUE(outcome.result.trouble.empty());
  // The delay, at most a millisecond until sending, and a look for the answer.
  EXPECT_GE(outcome.result.service.min(), 3u * base::kNsPerMs);
  EXPECT_LE(outcome.result.latency.max(), 4'500'000u);
  EXPECT_NEAR(outcome.result.rate(), 10'000, 100);
}

// The reason for all of this: a sender that waited for answers would report one slow answer.
TEST_F(LoadTest, AStallIsChargedForAllThatItKeptWaiting) {
  FakeLane& lane = add_lane(base::kNsPerMs);
  lane.stall_from = clock.time + 400 * base::kNsPerMs;
  lane.stall_to = clock.time + 600 * base::kNsPerMs;
  const LoadOutcome outcome = run();
  EXPECT_EQ(outcome.result.sent, 10'000u);
  // A fifth of all records waited 100 ms on average, half of these longer.
  EXPECT_GT(outcome.result.latency.percentile(91), 90u * base::kNsPerMs);
  EXPECT_LT(outcome.result.latency.percentile(75), 5u * base::kNsPerMs);
}

TEST_F(LoadTest, AFullLaneDelaysRecordsButTheirPlanStands) {
  FakeLane& lane = add_lane(0);
  const std::int64_t start = clock.time;
  lane.room = false;
  const LoadWorld world{.clock = clock,
                        .pause =
                            [&](std::int64_t ns) {
                              clock.time += std::max<std::int64_t>(ns, 1'000);
                              lane.room = clock.time - start > 300 * base::kNsPerMs;
                            },
                        .stopped = [] { return false; }};
  const LoadOutcome outcome = run_load(lanes, options, world);
  EXPECT_EQ(outcome.result.sent, 10'000u);
  EXPECT_GT(outcome.result.latency.max(), 290u * base::kNsPerMs);
  EXPECT_LT(outcome.result.service.max(), 2u * base::kNsPerMs);
}

TEST_F(LoadTest, EveryLaneGetsItsShareAndItsOwnNumbers) {
  for (int i = 0; i < 3; ++i) add_lane(base::kNsPerMs);
  const LoadOutcome outcome = run();
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const auto& numbers = static_cast<FakeLane&>(*lanes[i]).numbers;
    ASSERT_EQ(numbers.size(), outcome.lanes[i].sent);
    for (std::size_t n = 0; n < numbers.size(); ++n) ASSERT_EQ(numbers[n], static_cast<std::int64_t>(n));
    EXPECT_NEAR(static_cast<double>(numbers.size()), 3'333, 500);
    sum += numbers.size();
  }
  EXPECT_EQ(sum, 10'000u);
}

TEST_F(LoadTest, WarmUpIsSentButNotTimed) {
  options.warmup_ns = 500 * base::kNsPerMs;
  FakeLane& lane = add_lane(base::kNsPerMs);
  lane.stall_from = clock.time;
  lane.stall_to = clock.time + 400 * base::kNsPerMs;
  const LoadOutcome outcome = run();
  EXPECT_EQ(outcome.result.sent, 15'000u);
  EXPECT_EQ(outcome.result.measured, 10'000u);
  EXPECT_EQ(outcome.result.latency.count(), 10'000u);
  EXPECT_LT(outcome.result.latency.max(), 5u * base::kNsPerMs);
  EXPECT_NEAR(outcome.result.rate(), 10'000, 100);
}

TEST_F(LoadTest, WhatIsNeverAnsweredIsLostAndSaid) {
  FakeLane& lane = add_lane(base::kNsPerMs);
  lane.stall_from = clock.time + 500 * base::kNsPerMs;
  lane.stall_to = clock.time + 3'600 * base::kNsPerSecond;
  const LoadOutcome outcome = run();
  EXPECT_FALSE(outcome.result.trouble.empty());
  EXPECT_NEAR(static_cast<double>(outcome.result.lost()), 5'000, 50);
}

TEST_F(LoadTest, AFailingLaneEndsTheRunWithWhatIsKnown) {
  add_lane(0).fail_after = 100;
  const LoadOutcome outcome = run();
  EXPECT_EQ(outcome.result.trouble, "cable cut");
  EXPECT_GT(outcome.result.lost(), 0u);
  EXPECT_LT(outcome.result.sent, 10'000u);
}

}  // namespace
}  // namespace logmill::logload
