#include "record/overload.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "record/fields.h"

namespace logmill::record {
namespace {

class StillClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return 1'795'256'100 * base::kNsPerSecond; }
  std::int64_t steady_ns() const override { return 0; }
};

constexpr StreamId kStream = {4, 5, 6};

struct OverloadFixture {
  StillClock clock;
  Batch batch;

  // Records of each level in turn, of services a and b in turn.
  explicit OverloadFixture(std::size_t rows) {
    constexpr Severity kLevels[] = {Severity::debug, Severity::info, Severity::none, Severity::warn, Severity::error, Severity::fatal};
    batch.range() = {kStream, 1, 1'000, 1'000 + 10 * rows};
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = batch.add_row();
      batch.levels()[row] = kLevels[i % std::size(kLevels)];
      batch.positions().push_back(static_cast<std::uint32_t>(10 * i));
      batch.set(kService, row, Value::string(i % 2 == 0 ? "a" : "b"));
    }
  }
  std::size_t rows_of(Severity level) const {
    std::size_t count = 0;
    for (std::size_t row = 0; row < batch.rows(); ++row)
      count += batch.levels()[row] == level && !batch.get("overload", row).present() ? 1 : 0;
    return count;
  }
  std::int64_t told() const {
    std::int64_t sum = 0;
    for (std::size_t row = 0; row < batch.rows(); ++row)
      if (const Value dropped = batch.get("dropped", row); dropped.present()) sum += dropped.integer();
    return sum;
  }
};

TEST(Overload, BlockDropsNothing) {
  OverloadFixture at(600);
  Overload overload(OverloadPolicy::block, at.clock);
  EXPECT_TRUE(overload.relieve(at.batch, 2).keep.empty());
  EXPECT_EQ(at.batch.rows(), 600u);
}

TEST(Overload, NothingIsDroppedWhileThereIsRoom) {
  OverloadFixture at(600);
  Overload(OverloadPolicy::sample, at.clock).relieve(at.batch, 0.5);
  Overload(OverloadPolicy::shed, at.clock).relieve(at.batch, 0.7);
  EXPECT_EQ(at.batch.rows(), 600u);
}

TEST(Overload, ShedKeepsWarnAndAboveAndTellsTheRest) {
  OverloadFixture at(600);
  Overload overload(OverloadPolicy::shed, at.clock);
  const Range range = at.batch.range();
  const Overload::Relief relief = overload.relieve(at.batch, 0.8);
  EXPECT_EQ(std::count(relief.keep.begin(), relief.keep.end(), 1), 300);
  EXPECT_EQ(relief.keep.size(), 600u);
  ASSERT_EQ(relief.losses.size(), 3u);
  EXPECT_EQ(relief.losses[2].level, Severity::info);
  EXPECT_EQ(relief.losses[2].service, "b");
  EXPECT_EQ(relief.losses[2].records, 100u);
  for (const Severity level : {Severity::warn, Severity::error, Severity::fatal}) EXPECT_EQ(at.rows_of(level), 100u);
  EXPECT_EQ(at.rows_of(Severity::info) + at.rows_of(Severity::none) + at.rows_of(Severity::debug), 0u);
  EXPECT_EQ(at.told(), 300);
  EXPECT_EQ(overload.dropped(), 300u);
  // DEBUG of a, INFO of b and, without a level, of a.
  EXPECT_EQ(overload.told(), 3u);
  EXPECT_EQ(at.batch.rows(), 303u);
  EXPECT_EQ(at.batch.range(), range) << "what was dropped is decided";
  ASSERT_EQ(at.batch.positions().size(), at.batch.rows());
  EXPECT_TRUE(std::is_sorted(at.batch.positions().begin(), at.batch.positions().end()));
  EXPECT_LT(at.batch.positions().back(), range.to - range.from);
  EXPECT_EQ(at.batch.get("dropped_level", 302).text(), "INFO");
  EXPECT_EQ(at.batch.get("dropped_service", 302).text(), "b");
  EXPECT_EQ(at.batch.get(kMessage, 302).text(), "overload: 100 INFO records dropped of b");
}

TEST(Overload, SampleKeepsFewerAsTheQueueFills) {
  std::size_t before = 301;
  for (const double fill : {0.6, 0.75, 0.9, 1.0}) {
    OverloadFixture at(600);
    Overload overload(OverloadPolicy::sample, at.clock);
    overload.relieve(at.batch, fill);
    const std::size_t kept = at.rows_of(Severity::info) + at.rows_of(Severity::none) + at.rows_of(Severity::debug);
    EXPECT_NEAR(static_cast<double>(kept), 300 * 2 * (1 - fill), 45) << fill;
    EXPECT_LT(kept, before);
    EXPECT_EQ(static_cast<std::int64_t>(kept) + at.told(), 300);
    before = kept;
  }
}

TEST(Overload, TheSamePositionsAreKeptWhenReadAgain) {
  OverloadFixture first(600), second(600);
  Overload(OverloadPolicy::sample, first.clock).relieve(first.batch, 0.8);
  Overload(OverloadPolicy::sample, second.clock).relieve(second.batch, 0.8);
  EXPECT_EQ(first.batch.positions(), second.batch.positions());
}

TEST(Overload, ThousandsOfServicesAreCountedTogether) {
  OverloadFixture at(5'000);
  for (std::size_t row = 0; row < at.batch.rows(); ++row)
    at.batch.set(kService, row, Value::string(at.batch.own("service-" + std::to_string(row))));
  Overload overload(OverloadPolicy::shed, at.clock);
  overload.relieve(at.batch, 1);
  EXPECT_LE(overload.told(), 110u);
  EXPECT_EQ(at.told(), 2'501);
}

}  // namespace
}  // namespace logmill::record
