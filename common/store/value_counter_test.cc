// What a footer counts while names of fields come without end.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "store/segment_builder.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using record::Value;

constexpr std::size_t kBlocks = 3, kBlockRows = 2'000, kNamesOfARow = 10;

// Each row has names that no other has; all have a service, and those of the last block a region.
std::unique_ptr<SegmentReader> store_rows(test::FaultFs& fs, std::size_t names_of_a_row) {
  SegmentBuilder builder(1);
  EXPECT_TRUE(builder.open(fs, "x.seg", 0));
  std::size_t names = 0;
  std::mt19937_64 random(3);
  for (std::size_t block = 0; block < kBlocks; ++block) {
    record::Batch batch;
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
    EncodeContext context(1);
    std::string bytes;
    const BlockReader::RangeRows all{{}, static_cast<std::uint32_t>(kBlockRows)};
    EXPECT_TRUE(append_block(batch, std::span(&all, 1), context, bytes));
    EXPECT_TRUE(builder.add_block(bytes));
  }
  base::WorkerPool alone(0);
  EXPECT_TRUE(builder.finish({}, {}, alone));
  return *open_segment(fs, "x.seg", base::null_reporter());
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

TEST(ValueCounter, OfTooManyNamesCountsTheFirst) {
  test::FaultFs fs{1};
  const auto segment = store_rows(fs, kNamesOfARow);
  EXPECT_EQ(count(*segment, "service", "auth"), kBlocks * kBlockRows / 4);
  EXPECT_EQ(count(*segment, "level", "WARN"), kBlocks * kBlockRows);
  // It came when there was no more room for names: nobody knew whether it had been in a block before.
  EXPECT_EQ(segment->value_counts("region"), nullptr);
}

}  // namespace
}  // namespace logmill::store
