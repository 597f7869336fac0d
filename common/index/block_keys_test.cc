#include "index/block_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/hash.h"
#include "record/fields.h"

namespace logmill::index {
namespace {

using record::Value;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::uint64_t> keys_of(std::string_view field, const Value& value) {
  BlockKeys keys;
  keys.add(field, value);
  return keys.take();
}

TEST(BlockKeys, AreTheTokensOfEveryKindOfValue) {
  EXPECT_THAT(keys_of("message", Value::string("Hello, hello WORLD")), UnorderedElementsAre(token_key("hello"), token_key("world")));
  EXPECT_THAT(keys_of("status", Value::integer(-502)), UnorderedElementsAre(token_key("502")));
  EXPECT_THAT(keys_of("ok", Value::boolean(true)), UnorderedElementsAre(token_key("true")));
  EXPECT_THAT(keys_of("x", Value::null()), UnorderedElementsAre(token_key("null")));
  EXPECT_THAT(keys_of("tags", Value::json(R"(["a","b"])")), Contains(token_key("a")));
  EXPECT_THAT(keys_of("x", Value()), IsEmpty());
}

TEST(BlockKeys, HoldLevels) {
  BlockKeys keys;
  keys.add(record::Severity::error);
  keys.add(record::Severity::none);
  EXPECT_THAT(keys.take(), UnorderedElementsAre(token_key("error")));
}

TEST(BlockKeys, HoldValuesWithSeparatorsAsWholes) {
  EXPECT_THAT(keys_of("ip", Value::string("10.0.0.7")), Contains(whole_value_key("ip", "10.0.0.7").value()));
  EXPECT_EQ(whole_value_key("ip", "A-B"), whole_value_key("ip", "a-b"));
  EXPECT_NE(whole_value_key("ip", "a-b"), whole_value_key("host", "a-b"));
}

TEST(BlockKeys, HaveNoWholeForOneTokenLongTextAndMessages) {
  EXPECT_FALSE(whole_value_key("trace_id", "4bf92f3577b34da6"));
  EXPECT_FALSE(whole_value_key("message", "a b"));
  EXPECT_FALSE(whole_value_key("raw", "a b"));
  EXPECT_TRUE(whole_value_key("path", "/" + std::string(127, 'x')));
  EXPECT_FALSE(whole_value_key("path", "/" + std::string(128, 'x')));
}

TEST(BlockKeys, FindWholeAmountsByTheirDigits) {
  EXPECT_THAT(keys_of("x", Value::decimal(5000, 1)), Contains(token_key("500")));
  EXPECT_THAT(keys_of("x", Value::real(1e6)), Contains(token_key("1000000")));
  EXPECT_EQ(amount_key(-3), token_key("3"));
  EXPECT_EQ(amount_key(2.5), std::nullopt);
}

TEST(BlockKeys, MarkAmountsThatDoublesCannotTellApart) {
  const std::uint64_t inexact = base::xxh3_64("inexact number");
  EXPECT_EQ(amount_key(9007199254740992.0), inexact);
  EXPECT_EQ(amount_key(NAN), inexact);
  EXPECT_NE(amount_key(9007199254740991.0), inexact);
  EXPECT_THAT(keys_of("id", Value::integer(9007199254740993)), Not(Contains(inexact)));
}

TEST(BlockKeys, StartAfreshAfterTake) {
  BlockKeys keys;
  keys.add("message", Value::string("one"));
  EXPECT_EQ(keys.take().size(), 1u);
  keys.add("message", Value::string("two"));
  EXPECT_THAT(keys.take(), UnorderedElementsAre(token_key("two")));
}

TEST(KeySet, KeepsZeroAndGrows) {
  KeySet set;
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t key = 0; key < 1'000; ++key) {
      set.insert(key);
      set.insert(key << 40);  // all in one slot at first
    }
    EXPECT_EQ(set.size(), 2 * 1'000u - 1);
    EXPECT_EQ(set.take().size(), 2 * 1'000u - 1);
    EXPECT_EQ(set.size(), 0u);
  }
}

}  // namespace
}  // namespace logmill::index
