#include "record/batch.h"

#include <gtest/gtest.h>
#include <string>

namespace logmill::record {
namespace {

void fill(Batch& batch, std::size_t rows, std::size_t fields) {
  for (std::size_t row = 0; row < rows; ++row) {
    batch.add_row();
    for (std::size_t field = 0; field < fields; ++field) batch.set("field" + std::to_string(field), row, Value::integer(1));
  }
}

// On its way from one program part to the next a batch is cleared by several: what it has grown to must outlive that, or each
// batch grows from nothing again.
TEST(Batches, KeepTheirColumnsHoweverOftenTheyAreCleared) {
  Batch batch;
  fill(batch, 1000, 8);
  const std::size_t grown = batch.memory_bytes();
  for (int i = 0; i < 3; ++i) batch.clear();
  EXPECT_EQ(batch.columns().size(), 8u);
  EXPECT_EQ(batch.memory_bytes(), grown);
}

TEST(Batches, ForgetColumnsThatNobodyUses) {
  Batch batch;
  fill(batch, 2, 1000);
  batch.clear();
  const std::size_t wide = batch.memory_bytes();
  fill(batch, 1000, 2);
  batch.clear();
  EXPECT_EQ(batch.columns().size(), 2u);
  EXPECT_LT(batch.memory_bytes(), wide);
  EXPECT_EQ(batch.column_index("field1"), 1u);
}

// Rows of one stream from 100 on, ten bytes each.
Batch with_places(std::size_t rows) {
  Batch batch;
  fill(batch, rows, 1);
  batch.range() = {.stream = StreamId{1}, .epoch = 2, .from = 100, .to = 100 + 10 * rows};
  for (std::size_t row = 0; row < rows; ++row) batch.positions().push_back(static_cast<std::uint32_t>(10 * row));
  return batch;
}

TEST(Batches, AreDividedWithWhatTheyDecide) {
  Batch rest;
  rest.add_row();
  {
    Batch batch = with_places(3);
    batch.times()[2] = 7;
    batch.set("text", 1, Value::string(batch.own("in the arena")));
    batch.set("text", 2, Value::json(batch.own("[1]")));
    ASSERT_TRUE(batch.split(1, rest));
    EXPECT_EQ(batch.rows(), 1u);
    EXPECT_EQ(batch.get("field0", 0), Value::integer(1));
    EXPECT_FALSE(batch.get("text", 1).present());
    EXPECT_EQ(batch.range().to, 110u);
    EXPECT_EQ(batch.positions(), (std::vector<std::uint32_t>{0}));
  }
  EXPECT_EQ(rest.rows(), 2u);
  EXPECT_EQ(rest.times(), (std::vector<base::TimeNs>{kNoTime, 7}));
  EXPECT_EQ(rest.get("field0", 1), Value::integer(1));
  EXPECT_EQ(rest.get("text", 0), Value::string("in the arena"));
  EXPECT_EQ(rest.get("text", 1), Value::json("[1]"));
  EXPECT_EQ(rest.range(), (Range{.stream = StreamId{1}, .epoch = 2, .from = 110, .to = 130}));
  EXPECT_EQ(rest.positions(), (std::vector<std::uint32_t>{0, 10}));
}

// Half of a place cannot be decided.
TEST(Batches, AreNotDividedWithinAPlace) {
  Batch batch = with_places(3), rest;
  batch.positions() = {0, 10, 10};
  EXPECT_FALSE(batch.split(2, rest));
  EXPECT_EQ(batch.rows(), 3u);
  EXPECT_TRUE(batch.split(1, rest));
}

}  // namespace
}  // namespace logmill::record
