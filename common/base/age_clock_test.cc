#include "base/age_clock.h"

#include <gtest/gtest.h>

#include <vector>

namespace logmill::base {
namespace {

class TestClock final : public Clock {
 public:
  TimeNs now() const override { return wall; }
  std::int64_t steady_ns() const override { return steady; }
  void advance(std::int64_t ns) {
    wall += ns;
    steady += ns;
  }
  TimeNs wall = 20'000 * kNsPerDay;
  std::int64_t steady = 5 * kNsPerSecond;
};

class Warnings final : public Reporter {
 public:
  void warn(std::string_view, std::string_view text) override { all.emplace_back(text); }
  void info(std::string_view) override {}
  std::vector<std::string> all;
};

struct AgeClockTest : testing::Test {
  TestClock clock;
  Warnings warnings;
  AgeClock ages{clock, warnings, "store"};
};

TEST_F(AgeClockTest, IsTheWallClock) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ages.now(), clock.wall);
    clock.advance(3 * kNsPerDay);
  }
  clock.wall += AgeClock::kJumpNs;
  EXPECT_EQ(ages.now(), clock.wall) << "a day is no jump";
  clock.wall -= 9'000 * kNsPerDay;
  EXPECT_EQ(ages.now(), clock.wall) << "backwards it makes all younger";
  EXPECT_TRUE(warnings.all.empty());
}

TEST_F(AgeClockTest, AJumpForwardIsBelievedADayLater) {
  const TimeNs before = clock.wall;
  clock.wall += 3'650 * kNsPerDay;
  EXPECT_EQ(ages.now(), before);
  clock.advance(AgeClock::kHoldNs - 1);
  EXPECT_EQ(ages.now(), before + AgeClock::kHoldNs - 1);
  ASSERT_EQ(warnings.all.size(), 1u);
  EXPECT_EQ(warnings.all[0],
            "store: the clock went forward by 3650 days; for a day nothing is deleted because of that, in case it is a mistake");
  clock.advance(1);
  EXPECT_EQ(ages.now(), clock.wall);
  clock.advance(kNsPerSecond);
  EXPECT_EQ(ages.now(), clock.wall);
  EXPECT_EQ(warnings.all.size(), 1u);
}

TEST_F(AgeClockTest, OneThatGoesBackWasAMistake) {
  clock.wall += 3'650 * kNsPerDay;
  ages.now();
  clock.advance(kNsPerDay / 2);
  clock.wall -= 3'650 * kNsPerDay;
  EXPECT_EQ(ages.now(), clock.wall);
  // The next one is held for a day of its own.
  clock.advance(kNsPerDay);
  clock.wall += 2 * kNsPerDay;
  EXPECT_EQ(ages.now(), clock.wall - 2 * kNsPerDay);
  EXPECT_EQ(warnings.all.size(), 2u);
}

}  // namespace
}  // namespace logmill::base
