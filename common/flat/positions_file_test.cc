#include "flat/positions_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "flat/flat_format.h"

namespace logmill::flat {
namespace {

store::Frontier frontier(std::uint8_t stream, std::uint64_t position) { return {{stream}, 1, position}; }

const PositionEntry kFirst{.inode = 7, .from = 10, .to = 10, .hash = 1, .frontiers = {frontier(1, 100), frontier(2, 200)}};
const PositionEntry kSecond{.inode = 7, .from = 10, .to = 30, .hash = 2, .frontiers = {frontier(1, 120)}};

TEST(PositionsFile, IsReadAsItIsWritten) {
  for (const bool synced : {true, false}) {
    const auto read = parse_positions(make_positions(kFirst, synced) + make_entry(kSecond, synced));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->synced, synced);
    ASSERT_EQ(read->entries.size(), 2u);
    EXPECT_EQ(read->entries[0].frontiers.size(), 2u);
    EXPECT_EQ(read->entries[1].from, 10u);
    EXPECT_EQ(read->entries[1].to, 30u);
    EXPECT_EQ(read->entries[1].inode, 7u);
    EXPECT_EQ(read->entries[1].hash, 2u);
    EXPECT_EQ(read->entries[1].frontiers[0].position, 120u);
  }
}

TEST(PositionsFile, AnUnfinishedLastEntryIsLeftOut) {
  const std::string first = make_positions(kFirst, true), all = first + make_entry(kSecond, true);
  for (std::size_t size = 0; size < all.size(); ++size) {
    const auto read = parse_positions(std::string_view(all).substr(0, size));
    if (size < first.size())
      EXPECT_FALSE(read) << size;
    else
      EXPECT_TRUE(read && read->entries.size() == 1) << size;
  }
}

TEST(PositionsFile, AnyFlippedBitIsFoundOrIsAnUnfinishedEnd) {
  const std::string first = make_positions(kFirst, true), second = make_entry(kSecond, true);
  const std::string all = first + second + second;
  for (std::size_t bit = 0; bit < all.size() * 8; ++bit) {
    std::string flipped = all;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto read = parse_positions(flipped);
    if (bit / 8 < first.size() + second.size())
      EXPECT_FALSE(read) << bit;
    else
      EXPECT_TRUE(read && read->entries.size() == 2) << bit;
  }
}

TEST(PositionsFile, ANewerVersionIsRefused) {
  std::string newer = make_positions(kFirst, true);
  newer[kPositionsMagic.size()] = 2;
  EXPECT_EQ(parse_positions(newer).error().code, base::ErrorCode::unsupported);
}

// The worked example of docs/formats/flat.md.
TEST(PositionsFile, TheSampleIsRead) {
  std::ifstream in(std::string(LOGMILL_SOURCE_DIR) + "/tests/data/formats/flat/v1/two-commits.positions", std::ios::binary);
  const std::string sample{std::istreambuf_iterator<char>(in), {}};
  const auto read = parse_positions(sample);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->entries.size(), 2u);
  EXPECT_EQ(read->entries[1].to, 6u);
  EXPECT_EQ(sample, make_positions(read->entries[0], true) + make_entry(read->entries[1], true));
}

}  // namespace
}  // namespace logmill::flat
