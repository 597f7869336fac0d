#include "query/groups/quantiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace logmill::query {
namespace {

// The numbers that `quantiles` has seen, sorted, and what each share of them is.
void expect_exact(const Quantiles& quantiles, std::vector<double> numbers) {
  std::ranges::sort(numbers);
  ASSERT_TRUE(quantiles.exact());
  ASSERT_EQ(quantiles.count(), numbers.size());
  for (const double share : {0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(share * static_cast<double>(numbers.size()) - 1e-9)));
    EXPECT_DOUBLE_EQ(quantiles.quantile(share), numbers[rank - 1]) << share;
  }
}

struct Numbers {
  explicit Numbers(unsigned seed) : random(seed) {}
  void add(std::int64_t digits, unsigned scale) {
    quantiles.add_digits(digits, scale);
    seen.push_back(static_cast<double>(digits) / std::pow(10.0, scale));
  }
  // Those of a table, beyond it, and below it.
  void add_mixed(unsigned scale, int count) {
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::int64_t>(random());
      add(i % 10 == 0 ? Quantiles::kDenseMax + at % 10'000 : i % 17 == 0 ? -(at % 100) : at % 5'000, scale);
    }
  }

  std::mt19937 random;
  Quantiles quantiles;
  std::vector<double> seen;
};

TEST(Quantiles, AreExactOfATableAndWhatIsBesideIt) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    Numbers numbers(seed);
    numbers.add_mixed(3, 20'000);
    expect_exact(numbers.quantiles, numbers.seen);
    numbers.add_mixed(2, 20'000);
    expect_exact(numbers.quantiles, numbers.seen);
  }
}

TEST(Quantiles, AreExactOfATableOrOfNone) {
  Numbers few(1), none(2);
  for (int i = 0; i < 1'000; ++i) few.add(i % 30, 1);
  for (int i = 0; i < 1'000; ++i) none.add(-i, 1);
  expect_exact(few.quantiles, few.seen);
  expect_exact(none.quantiles, none.seen);
}

TEST(Quantiles, AreExactOfSeveralRuns) {
  Numbers first(3), second(4);
  first.add_mixed(3, 20'000);
  second.add_mixed(3, 30'000);
  first.quantiles.merge(second.quantiles);
  first.seen.insert(first.seen.end(), second.seen.begin(), second.seen.end());
  expect_exact(first.quantiles, first.seen);
}

// A count that a table has no room for is kept beside it.
TEST(Quantiles, CountMoreThanATableHolds) {
  Quantiles sum, other;
  for (Quantiles* const one : {&sum, &other}) {
    one->add(record::Value::integer(3), UINT32_MAX - 1);
    one->add(record::Value::integer(5), 7);
  }
  sum.merge(other);
  EXPECT_EQ(sum.count(), 2 * (std::uint64_t{UINT32_MAX} - 1 + 7));
  EXPECT_EQ(sum.quantile(0.5), 3);
  EXPECT_EQ(sum.quantile(1), 5);
}

// One by one, and as those do who count in the tables themselves.
TEST(Quantiles, CountMoreThanATableHoldsOneByOne) {
  constexpr std::uint64_t kTimes = 3 * std::uint64_t{Quantiles::kCounterMax} + 5;
  Quantiles sum, other;
  for (Quantiles* const one : {&sum, &other}) {
    for (std::uint64_t i = 0; i < kTimes; ++i) {
      one->add_digits(25, 1);
      if (const auto table = one->table(1); i % 2 == 0 && table.size() > 30 && table[30] != Quantiles::kCounterMax) {
        ++table[30];
        one->counted(1);
      } else {
        one->add_digits(30, 1);
      }
    }
    EXPECT_EQ(one->count(), 2 * kTimes);
    EXPECT_EQ(one->quantile(0.5), 2.5);
    EXPECT_EQ(one->quantile(0.5 + 0.6 / static_cast<double>(kTimes)), 3.0);
  }
  sum.merge(other);
  EXPECT_EQ(sum.count(), 4 * kTimes);
  EXPECT_EQ(sum.quantile(0.5), 2.5);
  EXPECT_EQ(sum.quantile(0.5 + 0.3 / static_cast<double>(kTimes)), 3.0);
}

}  // namespace
}  // namespace logmill::query
