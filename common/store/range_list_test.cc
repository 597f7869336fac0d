#include "store/range_list.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace logmill::store {
namespace {

using Entries = std::vector<BlockReader::RangeRows>;

Entries keep(const BlockReader::RangeRows& entry, const std::vector<std::uint8_t>& kept) {
  Entries left;
  add_kept_range(left, entry, kept);
  return left;
}

// From log_id to how many rows have it.
std::map<std::uint64_t, int> log_ids(const Entries& entries) {
  std::map<std::uint64_t, int> ids;
  for (const auto& entry : entries)
    for (std::uint32_t i = 0; i < entry.rows; ++i) ++ids[entry.range.from + i];
  return ids;
}

TEST(KeptRange, NothingRemovedStaysOneEntry) {
  const BlockReader::RangeRows entry{{{1}, 1, 100, 900}, 3};
  const Entries left = keep(entry, {1, 1, 1});
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].rows, 3u);
  EXPECT_EQ(left[0].range.to, 900u);
}

TEST(KeptRange, AllRemovedStillDecidesTheRange) {
  const Entries left = keep({{{1}, 1, 100, 900}, 3}, {0, 0, 0});
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].rows, 0u);
  EXPECT_EQ(left[0].range.from, 100u);
  EXPECT_EQ(left[0].range.to, 900u);
}

TEST(KeptRange, RowsThatShareAPositionNeverMoveTheFrontier) {
  const Entries left = keep({{{1}, 1, 100, 102}, 6}, {1, 0, 1, 0, 1, 1});
  for (const auto& entry : left) {
    EXPECT_LE(entry.range.from, entry.range.to);
    EXPECT_LE(entry.range.to, 102u);
  }
}

TEST(KeptRange, EachRowKeepsItsLogIdAndTheWholeRangeIsDecided) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    const std::uint32_t rows = 1 + random() % 12;
    const std::uint64_t length = rows + (random() % 2 ? 0 : random() % 100);
    std::vector<std::uint8_t> kept(rows);
    std::map<std::uint64_t, int> expected;
    for (std::uint32_t i = 0; i < rows; ++i)
      if ((kept[i] = random() % 2) != 0) expected[1'000 + i] = 1;
    Entries left;
    add_stored_range(left, {{{1}, 1, 990, 1'000}, 10});
    for (std::uint64_t i = 0; i < 10; ++i) expected[990 + i] = 1;
    add_kept_range(left, {{{1}, 1, 1'000, 1'000 + length}, rows}, kept);
    EXPECT_EQ(log_ids(left), expected);
    std::uint64_t at = 990;
    for (const auto& entry : left) {
      EXPECT_EQ(entry.range.from, at);
      at = entry.range.to;
    }
    EXPECT_EQ(at, 1'000 + length);
  }
}

}  // namespace
}  // namespace logmill::store
