#include "query/table/short_texts.h"

#include <gtest/gtest.h>

#include "record/batch.h"

namespace logmill::query {
namespace {

TEST(ShortTexts, CutsBetweenCharactersAndCountsTheRowsThatAreLookedAt) {
  record::Batch batch;
  for (const std::string_view text : {"abcdef", "ab", "abcä", "abcdefg"}) {
    const std::size_t row = batch.add_row();
    batch.set("message", row, record::Value::string(batch.own(text)));
    batch.set("n", row, record::Value::integer(7'000'000));
  }
  BatchTable whole(batch);
  const std::vector<std::uint32_t> rows{0, 1, 2};
  ShortTexts table(whole, rows, 4);
  for (int time = 0; time < 2; ++time) {
    const auto column = table.column("message");
    ASSERT_TRUE(column);
    EXPECT_EQ(column->at(0).text(), "abcd");
    EXPECT_EQ(column->at(1).text(), "ab");
    EXPECT_EQ(column->at(2).text(), "abc");
  }
  EXPECT_EQ(table.column("n")->at(0).integer(), 7'000'000);
  EXPECT_EQ(table.texts_cut(), 2U);
}

TEST(ShortTexts, NothingIsCopiedWhereNothingIsLong) {
  record::Batch batch;
  batch.set("message", batch.add_row(), record::Value::string("abcd"));
  BatchTable whole(batch);
  const std::vector<std::uint32_t> rows{0};
  ShortTexts table(whole, rows, 4);
  EXPECT_EQ(table.column("message")->values.data(), whole.column("message")->values.data());
  EXPECT_EQ(table.texts_cut(), 0U);
}

}  // namespace
}  // namespace logmill::query
