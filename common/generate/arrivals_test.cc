#include "generate/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace logmill::generate {
namespace {

constexpr int kMany = 100'000;

TEST(Arrivals, BeginAtZero) {
  for (const ArrivalKind kind : {ArrivalKind::poisson, ArrivalKind::steady}) {
    Arrivals arrivals({.kind = kind});
    Random random(1);
    arrivals.advance(random);
    EXPECT_EQ(arrivals.time_ns(), 0);
    EXPECT_EQ(arrivals.due_ns(), 0);
  }
}

TEST(Arrivals, SteadyOnesKeepTheRateToTheNanosecond) {
  for (const double rate : {1.0, 3.0, 1'000.0, 300'000.0, 1e6, 3e6}) {
    Arrivals arrivals({.kind = ArrivalKind::steady, .step_ns = 1e9 / rate});
    Random random(1);
    std::int64_t before = 0;
    for (int i = 0; i <= kMany; ++i) {
      arrivals.advance(random);
      ASSERT_GE(arrivals.time_ns(), before) << "times go back at " << rate << "/s";
      ASSERT_LE(arrivals.time_ns(), arrivals.due_ns());
      before = arrivals.time_ns();
    }
    // A fixed-point step is off by less than 2^-16 ns.
    EXPECT_NEAR(static_cast<double>(arrivals.due_ns()), kMany * 1e9 / rate, 1 + kMany / 65'536.0) << rate;
  }
}

TEST(Arrivals, PoissonOnesHaveTheMeanAndSpreadOfPoisson) {
  Arrivals arrivals({.kind = ArrivalKind::poisson, .step_ns = 1e6});
  Random random(3);
  double sum = 0, squares = 0;
  std::int64_t before = 0;
  arrivals.advance(random);
  for (int i = 0; i < kMany; ++i) {
    arrivals.advance(random);
    const auto gap = static_cast<double>(arrivals.time_ns() - before);
    before = arrivals.time_ns();
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / kMany;
  EXPECT_NEAR(mean, 1e6, 1e4);
  EXPECT_NEAR(std::sqrt(squares / kMany - mean * mean), 1e6, 3e4);  // an exponential's is its mean
}

TEST(Arrivals, BurstsComeAboutOnceAMinuteAndAreDense) {
  Arrivals arrivals({.kind = ArrivalKind::poisson, .step_ns = 1e6, .burst_factor = 10});
  Random random(5);
  int inside = 0, total = 0, bursts = 0;
  bool was_in = false;
  while (arrivals.due_ns() < 3'600 * base::kNsPerSecond) {
    arrivals.advance(random);
    ++total;
    inside += arrivals.in_burst();
    bursts += arrivals.in_burst() && !was_in;
    was_in = arrivals.in_burst();
  }
  EXPECT_GT(bursts, 30);
  EXPECT_LT(bursts, 90);
  // 1/16 of the time at ten times the rate is four records in ten.
  EXPECT_NEAR(inside * 1.0 / total, 0.40, 0.12);
}

}  // namespace
}  // namespace logmill::generate
