#include "loggen/pump.h"

#include <gtest/gtest.h>

#include <vector>

namespace logmill::loggen {
namespace {

class FakeClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return time; }
  std::int64_t steady_ns() const override { return time; }
  std::int64_t time = 1'000;
};

class CountingOutput final : public Output {
 public:
  explicit CountingOutput(const FakeClock& clock) : clock_(clock) {}
  base::Status add(const generate::Event& event) override {
    late.push_back(clock_.time - 1'000 - event.due_ns);
    return {};
  }
  base::Status add_line(std::string_view) override { return {}; }
  base::Status flush() override {
    flushed = late.size();
    return {};
  }
  base::Status close() override { return flush(); }
  std::uint64_t bytes_out() const override { return 0; }

  std::vector<std::int64_t> late;  // of each record
  std::size_t flushed = 0;

 private:
  const FakeClock& clock_;
};

struct PumpTest : testing::Test {
  FakeClock clock;
  CountingOutput output{clock};
  generate::World world{generate::service_names(2), generate::host_names(2)};
  bool stop = false;
  std::vector<std::int64_t> pauses;
  PumpWorld surroundings{.clock = clock,
                         .pause =
                             [this](std::int64_t ns) {
                               EXPECT_EQ(output.flushed, output.late.size()) << "unflushed while waiting";
                               pauses.push_back(ns);
                               clock.time += ns;
                             },
                         .stopped = [this] { return stop; },
                         .tick = [](std::uint64_t) {}};

  PumpReport run(double rate, const PumpOptions& options) {
    EventFeed feed(world, {.arrivals = {.kind = generate::ArrivalKind::steady, .step_ns = 1e9 / rate}}, 1);
    auto report = pump(feed, output, options, surroundings);
    EXPECT_TRUE(report);
    return *std::move(report);
  }
};

TEST_F(PumpTest, KeepsEveryRateToTheMillisecond) {
  for (const double rate : {10.0, 999.0, 1'000.0, 12'345.0, 1e6}) {
    output.late.clear();
    output.flushed = 0;
    clock.time = 1'000;
    const PumpReport report = run(rate, {.pace = Pace::on_schedule, .duration_ns = base::kNsPerSecond});
    EXPECT_NEAR(static_cast<double>(report.sent), rate, 1) << rate;
    for (const std::int64_t late : output.late) {
      ASSERT_GE(late, 0) << "sent before its time at " << rate << "/s";
      ASSERT_LE(late, base::kNsPerMs) << rate;
    }
  }
}

TEST_F(PumpTest, ALateWakeUpDoesNotShiftThePlan) {
  bool delayed = false;
  surroundings.pause = [&](std::int64_t ns) {
    clock.time += ns;
    if (!delayed && output.late.size() > 100) {
      delayed = true;
      clock.time += 50 * base::kNsPerMs;
    }
  };
  const PumpReport report = run(1'000, {.pace = Pace::on_schedule, .duration_ns = base::kNsPerSecond});
  EXPECT_EQ(report.sent, 1'000u);
  EXPECT_NEAR(static_cast<double>(clock.time - 1'000), 1e9, 2e6);
  EXPECT_GE(report.lag.max(), 49u * base::kNsPerMs);
  EXPECT_LE(output.late.back(), base::kNsPerMs);
}

TEST_F(PumpTest, EndsAtTheCount) {
  EXPECT_EQ(run(1'000, {.pace = Pace::on_schedule, .count = 17}).sent, 17u);
  EXPECT_EQ(run(1'000, {.count = 5'000}).sent, 5'000u);
  EXPECT_EQ(run(1'000, {.count = 0}).sent, 0u);
}

TEST_F(PumpTest, StopsWhenAskedWhileItWaits) {
  surroundings.pause = [&](std::int64_t) {
    stop = output.late.size() == 3;
    clock.time += base::kNsPerSecond;
  };
  EXPECT_EQ(run(1, {.pace = Pace::on_schedule}).sent, 3u);
}

TEST_F(PumpTest, AtFullSpeedTimeRunsOut) {
  surroundings.tick = [&](std::uint64_t) { clock.time += 10 * base::kNsPerMs; };
  const PumpReport report = run(1, {.duration_ns = base::kNsPerSecond});
  EXPECT_GT(report.sent, 50'000u);
  EXPECT_TRUE(pauses.empty());
}

}  // namespace
}  // namespace logmill::loggen
