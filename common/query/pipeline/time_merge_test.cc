#include "query/pipeline/time_merge.h"

#include <gtest/gtest.h>

#include <set>

#include "query/testing/test_printer.h"
#include "query/testing/test_rows.h"

namespace logmill::query {
namespace {

class Merging : public testing::Test {
 protected:
  // A table of rows with these times and letters.
  void add(const std::vector<std::pair<std::int64_t, std::string_view>>& rows, std::size_t sequence) {
    std::vector<TestRow> fields;
    std::vector<std::uint32_t> all;
    for (const auto& [time, letter] : rows) {
      all.push_back(static_cast<std::uint32_t>(fields.size()));
      fields.push_back({{"timestamp", number(time)}, {"x", text(letter)}});
    }
    const record::Batch batch = batch_of(fields);
    BatchTable table(batch);
    ASSERT_TRUE(merge_.add({table, all}, sequence));
  }

  // The letters of what is released before `end`.
  std::string released(base::TimeNs end) {
    std::string letters;
    EXPECT_TRUE(merge_.release(end, [&](const Rows& rows) -> base::Status {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.column("x"));
      for (const std::uint32_t row : rows.selected) letters += column.at(row).text();
      return {};
    }));
    return letters;
  }

  TimeMerge merge_;
};

TEST_F(Merging, PutsRowsOfAllTablesInOrder) {
  add({{5, "e"}, {1, "a"}, {3, "c"}}, 0);
  add({{2, "b"}, {4, "d"}, {9, "i"}}, 1);
  EXPECT_EQ(merge_.earliest(), 1);
  EXPECT_EQ(released(5), "abcd");
  EXPECT_EQ(merge_.size(), 2u);
  EXPECT_EQ(released(5), "");
  EXPECT_EQ(released(record::kNoTime), "");
  EXPECT_EQ(released(INT64_MAX), "ei");
  EXPECT_TRUE(merge_.empty());
}

TEST_F(Merging, RowsOfOneTimeKeepTheirSequenceAndPlace) {
  add({{7, "c"}, {7, "d"}}, 2);
  add({{7, "a"}, {7, "b"}}, 1);
  EXPECT_EQ(released(8), "abcd");
}

// To make a table costs as much as all its rows: two writers' rows that alternate would cost the square of their number.
TEST_F(Merging, ATableIsMadeOnceHoweverManyRunsItsRowsAre) {
  add({{1, "a"}, {3, "c"}, {5, "e"}}, 0);
  add({{2, "b"}, {4, "d"}, {6, "f"}}, 1);
  std::set<const Table*> tables;
  std::size_t runs = 0;
  ASSERT_TRUE(merge_.release(INT64_MAX, [&](const Rows& rows) -> base::Status {
    tables.insert(&rows.table);
    ++runs;
    return {};
  }));
  EXPECT_EQ(runs, 6u);
  EXPECT_EQ(tables.size(), 2u);
}

TEST_F(Merging, KeepsTheLatestOnly) {
  add({{1, "a"}, {8, "h"}, {3, "c"}}, 0);
  add({{6, "f"}, {2, "b"}, {7, "g"}}, 1);
  merge_.keep_latest(10);
  EXPECT_EQ(merge_.size(), 6u);
  merge_.keep_latest(3);
  EXPECT_EQ(merge_.earliest(), 6);
  EXPECT_EQ(released(INT64_MAX), "fgh");
}

TEST_F(Merging, OwnsWhatItHolds) {
  {
    record::Batch batch = batch_of({{{"timestamp", number(1)}}});
    batch.set("x", 0, record::Value::string(batch.own("of a batch that goes")));
    BatchTable table(batch);
    const std::uint32_t row = 0;
    ASSERT_TRUE(merge_.add({table, {&row, 1}}, 0));
  }
  EXPECT_EQ(released(2), "of a batch that goes");
}

}  // namespace
}  // namespace logmill::query
