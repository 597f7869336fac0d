#include "base/histogram.h"

#include <gtest/gtest.h>

#include <cmath>

namespace logmill::base {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.min(), 0u);
  EXPECT_EQ(histogram.max(), 0u);
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_EQ(histogram.percentile(99), 0u);
}

TEST(Histogram, OneValueIsEveryPercentile) {
  Histogram histogram;
  histogram.add(1'234'567);
  for (const double percent : {0.0, 50.0, 99.9, 100.0}) EXPECT_EQ(histogram.percentile(percent), 1'234'567u);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value);
  EXPECT_EQ(histogram.percentile(1), 1u);
  EXPECT_EQ(histogram.percentile(50), 50u);
  EXPECT_EQ(histogram.percentile(99), 99u);
  EXPECT_EQ(histogram.percentile(100), 100u);
  EXPECT_DOUBLE_EQ(histogram.mean(), 50.5);
}

TEST(Histogram, IsWithinOnePercentAtEveryMagnitude) {
  // Times 1,000 it must fit 64 bits.
  for (std::uint64_t magnitude = 1; magnitude < (std::uint64_t{1} << 54); magnitude *= 3) {
    Histogram histogram;
    for (std::uint64_t i = 0; i < 1'000; ++i) histogram.add(magnitude + magnitude * i / 500);
    for (const unsigned percent : {1u, 50u, 90u, 99u}) {
      const auto exact = static_cast<double>(magnitude + magnitude * (percent * 10 - 1) / 500);
      EXPECT_NEAR(static_cast<double>(histogram.percentile(percent)), exact, exact * 0.01) << "p" << percent << " at " << magnitude;
    }
  }
}

TEST(Histogram, HoldsTheLargestValue) {
  Histogram histogram;
  histogram.add(~std::uint64_t{0});
  histogram.add(0);
  EXPECT_EQ(histogram.max(), ~std::uint64_t{0});
  EXPECT_EQ(histogram.min(), 0u);
  EXPECT_EQ(histogram.percentile(100), ~std::uint64_t{0});
}

TEST(Histogram, MergingEqualsAddingAllToOne) {
  Histogram whole, low, high;
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    const std::uint64_t value = i * i * 17;
    whole.add(value);
    (i % 3 == 0 ? low : high).add(value);
  }
  low.merge(high);
  EXPECT_EQ(low.count(), whole.count());
  EXPECT_EQ(low.min(), whole.min());
  EXPECT_EQ(low.max(), whole.max());
  EXPECT_DOUBLE_EQ(low.mean(), whole.mean());
  for (double percent = 0; percent <= 100; percent += 0.5) EXPECT_EQ(low.percentile(percent), whole.percentile(percent)) << percent;
}

TEST(Histogram, AddsManyAtOnce) {
  Histogram histogram;
  histogram.add(10, 990);
  histogram.add(5'000'000, 10);
  histogram.add(7, 0);
  EXPECT_EQ(histogram.count(), 1'000u);
  EXPECT_EQ(histogram.min(), 10u);
  EXPECT_EQ(histogram.percentile(99), 10u);
  EXPECT_GT(histogram.percentile(99.1), 4'900'000u);
}

}  // namespace
}  // namespace logmill::base
