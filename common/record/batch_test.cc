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

}  // namespace
}  // namespace logmill::record
