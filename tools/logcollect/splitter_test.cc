#include "logcollect/splitter.h"

#include <gtest/gtest.h>

namespace logmill::logcollect {
namespace {

TEST(Splitter, EndsARecordAtItsNewline) {
  const Splitter splitter(10);
  const auto piece = splitter.next("one\ntwo\n", Input::growing);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->raw, "one");
  EXPECT_EQ(piece->size, 4u);
  EXPECT_TRUE(piece->whole);
  EXPECT_EQ(splitter.next("\n", Input::growing)->raw, "");
}

TEST(Splitter, HoldsAnUnfinishedLineBackUntilTheInputHasEnded) {
  const Splitter splitter(10);
  EXPECT_FALSE(splitter.next("two", Input::growing));
  EXPECT_EQ(splitter.next("two", Input::ended)->raw, "two");
  EXPECT_FALSE(splitter.next("", Input::ended));
}

TEST(Splitter, CutsAtTheBoundAndNotBefore) {
  const Splitter splitter(4);
  EXPECT_EQ(splitter.next("1234\n", Input::growing)->raw, "1234");
  EXPECT_TRUE(splitter.next("1234\n", Input::growing)->whole);
  EXPECT_FALSE(splitter.next("1234", Input::growing));
  const auto piece = splitter.next("12345\n", Input::growing);
  EXPECT_EQ(piece->raw, "1234");
  EXPECT_EQ(piece->size, 4u);
  EXPECT_FALSE(piece->whole);
  EXPECT_TRUE(splitter.next("12345", Input::growing));
}

}  // namespace
}  // namespace logmill::logcollect
