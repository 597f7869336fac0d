#include "logcollect/splitter.h"

#include <gtest/gtest.h>

namespace logmill::logcollect {
namespace {

TEST(Splitter, EndsARecordAtItsNewline) {
  const Splitter splitter(10);
  const auto piece = splitter.next("one\ntwo\n", multiline::More::expected);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->raw, "one");
  EXPECT_EQ(piece->size, 4u);
  EXPECT_TRUE(piece->whole);
  EXPECT_EQ(splitter.next("\n", multiline::More::expected)->raw, "");
}

TEST(Splitter, HoldsAnUnfinishedLineBackUntilTheInputHasEnded) {
  const Splitter splitter(10);
  EXPECT_FALSE(splitter.next("two", multiline::More::expected));
  EXPECT_EQ(splitter.next("two", multiline::More::none)->raw, "two");
  EXPECT_FALSE(splitter.next("", multiline::More::none));
}

TEST(Splitter, CutsAtTheBoundAndNotBefore) {
  const Splitter splitter(4);
  EXPECT_EQ(splitter.next("1234\n", multiline::More::expected)->raw, "1234");
  EXPECT_TRUE(splitter.next("1234\n", multiline::More::expected)->whole);
  EXPECT_FALSE(splitter.next("1234", multiline::More::expected));
  const auto piece = splitter.next("12345\n", multiline::More::expected);
  EXPECT_EQ(piece->raw, "1234");
  EXPECT_EQ(piece->size, 4u);
  EXPECT_FALSE(piece->whole);
  EXPECT_TRUE(splitter.next("12345", multiline::More::expected));
}

}  // namespace
}  // namespace logmill::logcollect
