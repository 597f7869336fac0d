// What a footer counts while names of fields come without end.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

#include "store/segment_builder.h"
#include "support/random_text.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using record::Value;

constexpr std::size_t kBlocks = 3, kBlockRows = 2'000, kNamesOfARow = 10;

// Blocks whose rows are what `fill` makes of them.
std::unique_ptr<SegmentReader> store_blocks(test::FaultFs& fs, std::size_t blocks,
                                            const std::function<void(record::Batch& batch, std::size_t block)>& fill) {
  SegmentBuilder builder(1);
  EXPECT_TRUE(builder.open(fs, "x.seg", 0));
  for (std::size_t block = 0; block < blocks; ++block) {
    record::Batch batch;
    fill(batch, block);
    EncodeContext context(1);
    std::string bytes;
    const BlockReader::RangeRows all{{}, static_cast<std::uint32_t>(batch.rows())};
    EXPECT_TRUE(append_block(batch, std::span(&all, 1), context, bytes));
    EXPECT_TRUE(builder.add_block(bytes));
  }
  base::WorkerPool alone(0);
  EXPECT_TRUE(builder.finish({}, {}, alone));
  return *open_segment(fs, "x.seg", base::null_reporter());
}

// Each row has names that no other has; all have a service, and those of the last block a region.
std::unique_ptr<SegmentReader> store_rows(test::FaultFs& fs, std::size_t names_of_a_row) {
  std::size_t names = 0;
  std::mt19937_64 random(3);
  return store_blocks(fs, kBlocks, [&](record::Batch& batch, std::size_t block) {
    for (std::size_t row = 0; row < kBlockRows; ++row) {
      batch.add_row();
      batch.times()[row] = static_cast<std::int64_t>(row);
      batch.levels()[row] = record::Severity::warn;
      batch.set("id", row, Value::integer(static_cast<std::int64_t>(random() >> 1)));  // else the segment were too small for a footer
      batch.set("service", row, Value::string(row % 4 == 0 ? "auth" : "orders"));
      if (block + 1 == kBlocks) batch.set("region", row, Value::string(row % 2 == 0 ? "north" : "south"));
      for (std::size_t i = 0; i < names_of_a_row; ++i)
        batch.set(std::string(100, 'k') + std::to_string(names++), row, Value::integer(static_cast<std::int64_t>(row * 7919 % 1000)));
    }
  });
}

std::uint64_t count(const SegmentReader& segment, std::string_view field, std::string_view value) {
  const ValueCounts* const counts = segment.value_counts(field);
  if (counts == nullptr) return 0;
  for (std::size_t i = 0; i < counts->values.size(); ++i)
    if (counts->values[i].text() == value) return counts->total(i);
  return 0;
}

TEST(ValueCounter, CountsWhatIsNotInEveryBlock) {
  test::FaultFs fs{1};
  const auto segment = store_rows(fs, 1);
  EXPECT_EQ(count(*segment, "service", "auth"), kBlocks * kBlockRows / 4);
  EXPECT_EQ(count(*segment, "service", "orders"), kBlocks * kBlockRows * 3 / 4);
  EXPECT_EQ(count(*segment, "region", "north"), kBlockRows / 2);
  EXPECT_EQ(count(*segment, "level", "WARN"), kBlocks * kBlockRows);
}

TEST(ValueCounter, NamesThatShareAChunkTakeNoRoom) {
  test::FaultFs fs{1};
  const auto segment = store_rows(fs, kNamesOfARow);
  EXPECT_EQ(count(*segment, "service", "auth"), kBlocks * kBlockRows / 4);
  EXPECT_EQ(count(*segment, "region", "north"), kBlockRows / 2);
  EXPECT_EQ(count(*segment, "level", "WARN"), kBlocks * kBlockRows);
}

TEST(ValueCounter, OfTooManyNamesWithChunksCountsTheFirst) {
  // Sorted before the others: counts of as many columns as there is room for in a footer are kept, by name.
  constexpr std::size_t kManyBlocks = 350, kNames = 40, kRowsOfEach = 2;
  test::FaultFs fs{1};
  const auto segment = store_blocks(fs, kManyBlocks, [](record::Batch& batch, std::size_t block) {
    std::mt19937_64 random(block);
    for (std::size_t row = 0; row < kRowsOfEach; ++row) {
      batch.add_row();
      batch.times()[row] = static_cast<std::int64_t>(row);
      batch.set("app", row, Value::string("auth"));
      // So large that rows are not stored together, and the names have chunks of their own.
      batch.set("id", row, Value::string(batch.own(test::random_hex(random, 40'000))));
      for (std::size_t i = 0; i < kNames; ++i)
        batch.set(std::string(100, 'k') + std::to_string(block * kNames + i), row, Value::integer(static_cast<std::int64_t>(i)));
      if (block + 1 == kManyBlocks) batch.set("area", row, Value::string("north"));
    }
  });
  EXPECT_EQ(count(*segment, "app", "auth"), kManyBlocks * kRowsOfEach);
  // It came when there was no more room for names: nobody knew whether it had been in a block before.
  EXPECT_EQ(segment->value_counts("area"), nullptr);
}

TEST(ValueCounter, WhatSharesAChunkInOneBlockIsNotCounted) {
  for (const std::size_t rare_block : {0u, 1u}) {
    test::FaultFs fs{1};
    const auto segment = store_blocks(fs, 2, [&](record::Batch& batch, std::size_t block) {
      std::mt19937_64 random(block);
      for (std::size_t row = 0; row < kBlockRows; ++row) {
        batch.add_row();
        batch.times()[row] = static_cast<std::int64_t>(row);
        batch.set("id", row, Value::integer(static_cast<std::int64_t>(random() >> 1)));
        batch.set("service", row, Value::string("auth"));
        if (block != rare_block || row == 0) batch.set("region", row, Value::string("north"));
        if (block == rare_block) batch.set("k" + std::to_string(row % 100), row, Value::integer(1));
      }
    });
    ASSERT_EQ((*segment->read_block(rare_block))->summary("region")->encoding, "rare");
    EXPECT_EQ(segment->value_counts("region"), nullptr);
    EXPECT_EQ(count(*segment, "service", "auth"), 2 * kBlockRows);
  }
}

}  // namespace
}  // namespace logmill::store
