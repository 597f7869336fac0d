#include "logserve/service/feed_cursor.h"

#include <gtest/gtest.h>

#include "store/store_layout.h"

namespace logmill::logserve {
namespace {

constexpr base::TimeNs kNow = 1'800'000'000 * base::kNsPerSecond;

std::string id_before(std::int64_t seconds) { return store::make_segment_id(kNow - seconds * base::kNsPerSecond, 1); }

TEST(FeedCursor, ComesBackFromItsText) {
  FeedCursor cursor;
  cursor.taken[id_before(5)] = 17;
  cursor.settle(kNow, {{id_before(900), 3}});
  const auto parsed = FeedCursor::parse(cursor.text());
  ASSERT_TRUE(parsed) << cursor.text();
  EXPECT_EQ(parsed->all_before, cursor.all_before);
  EXPECT_EQ(parsed->taken, cursor.taken);
}

TEST(FeedCursor, OfSeveralStoresEachHasItsOwn) {
  FeedCursors cursors(2);
  cursors[0].settle(kNow, {{id_before(900), 3}});
  cursors[1].settle(kNow, {{id_before(5), 7}});
  const auto parsed = parse_cursors(format_cursors(cursors), 2);
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)[0].taken, cursors[0].taken);
  EXPECT_EQ((*parsed)[1].taken, cursors[1].taken);
  for (const std::size_t stores : {1U, 3U}) EXPECT_FALSE(parse_cursors(format_cursors(cursors), stores)) << stores;
}

TEST(FeedCursor, OldSegmentsAreNamedOnlyWhileTheyGrow) {
  FeedCursor cursor;
  cursor.taken = {{id_before(900), 3}, {id_before(800), 4}, {id_before(5), 17}};
  cursor.settle(kNow, {{id_before(900), 5}});
  EXPECT_EQ(cursor.rows_of(id_before(900)), 5U);
  EXPECT_EQ(cursor.rows_of(id_before(800)), UINT64_MAX);
  EXPECT_EQ(cursor.rows_of(id_before(5)), 17U);
  EXPECT_EQ(cursor.rows_of(id_before(4)), 0U);
  EXPECT_EQ(cursor.taken.size(), 2U);
}

TEST(FeedCursor, NeverGoesBack) {
  FeedCursor cursor;
  cursor.settle(kNow, {});
  const std::string before = cursor.all_before;
  cursor.settle(kNow - 3600 * base::kNsPerSecond, {});
  EXPECT_EQ(cursor.all_before, before);
}

TEST(FeedCursor, RefusesWhatItDidNotGive) {
  for (const std::string text : {"", "~", "../x", "a b", "20261121~", "20261121~x", "20261121~x=", "20261121~x=-1", "20261121~x=1~=2",
                                 "20261121~X=1", "20261121~x=99999999999999999999", "20261121~x=1=2"})
    EXPECT_EQ(FeedCursor::parse(text).has_value(), text == "20261121~") << text;
  EXPECT_FALSE(FeedCursor::parse(std::string(100'000, '1')));
}

}  // namespace
}  // namespace logmill::logserve
