#include "index/filter_group.h"

#include <gtest/gtest.h>

#include <random>

namespace logmill::index {
namespace {

using Keys = std::vector<std::vector<std::uint64_t>>;

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 40;  // data that allows all the bits wanted

Keys random_keys(std::mt19937_64& random, std::size_t blocks, std::size_t each) {
  Keys keys(blocks);
  for (auto& block : keys)
    for (std::size_t i = 0; i < each; ++i) block.push_back(random());
  return keys;
}

std::vector<std::uint8_t> look_up(const FilterShape& shape, std::string_view filters, std::uint64_t key) {
  std::vector<std::uint8_t> candidates(shape.blocks, 1);
  base::narrow_by_lane(filters.substr(shape.lane_offset(key), shape.lane_bytes()), key, candidates);
  return candidates;
}

TEST(FilterGroup, NeverMissesAKey) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const Keys keys = random_keys(random, 1 + random() % kGroupBlocksMax, random() % 200);
    const FilterShape shape = choose_shape(keys, random() % 2 ? kPlenty : random() % 100'000);
    const std::string filters = make_filters(shape, keys);
    ASSERT_EQ(filters.size(), shape.bytes());
    for (std::size_t block = 0; block < keys.size(); ++block)
      for (const std::uint64_t key : keys[block]) ASSERT_TRUE(look_up(shape, filters, key)[block]);
  }
}

TEST(FilterGroup, FalsePositiveRateIsAsDocumented) {
  std::mt19937_64 random(7);
  const Keys keys = random_keys(random, 8, 20'000);
  const FilterShape shape = choose_shape(keys, kPlenty);
  const std::string filters = make_filters(shape, keys);
  std::size_t perhaps = 0;
  constexpr std::size_t kLookUps = 50'000;
  for (std::size_t i = 0; i < kLookUps; ++i)
    for (const std::uint8_t flag : look_up(shape, filters, random())) perhaps += flag;
  const double rate = static_cast<double>(perhaps) / (kLookUps * keys.size());
  RecordProperty("false_positive_rate", std::to_string(rate));
  EXPECT_GT(rate, 0.004);  // below: not the filter that the document describes
  EXPECT_LT(rate, 0.006);
}

TEST(FilterGroup, StaysWithinItsPartOfTheData) {
  std::mt19937_64 random(3);
  const Keys keys = random_keys(random, 16, 10'000);
  const std::uint64_t data = 16 * 20'000;
  EXPECT_LE(choose_shape(keys, data).bytes(), data / kDataPerIndex);
  EXPECT_GT(choose_shape(keys, kPlenty).bytes(), data / kDataPerIndex);
}

TEST(FilterGroup, LeavesOutBlocksThatAreNoCandidates) {
  const Keys keys = {{42}, {42}, {43}};
  const FilterShape shape = choose_shape(keys, kPlenty);
  const std::string filters = make_filters(shape, keys);
  std::vector<std::uint8_t> candidates = {0, 1, 1};
  base::narrow_by_lane(filters.substr(shape.lane_offset(42), shape.lane_bytes()), 42, candidates);
  EXPECT_EQ(candidates, (std::vector<std::uint8_t>{0, 1, 0}));
}

}  // namespace
}  // namespace logmill::index
