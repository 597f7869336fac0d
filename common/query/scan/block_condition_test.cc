// The condition must let every block through that holds a match: each case makes a block of one
// record, and asks the filter and the index about it.
#include "query/scan/block_condition.h"

#include <gtest/gtest.h>

#include "index/block_keys.h"
#include "index/index_writer.h"
#include "query/filter/filter.h"

namespace logmill::query {
namespace {

using record::Value;

struct Case {
  std::string_view field;
  Value value;
  std::string_view query;
};

bool may_hold(const Case& c, const Filter& filter) {
  index::BlockKeys keys;
  keys.add(c.field, c.value);
  index::IndexWriter writer({});
  writer.add_block(keys.take(), 1 << 20);
  const std::string bytes = writer.finish();
  index::BlockMask mask = {1};
  const auto index = *index::IndexReader::open(bytes);
  EXPECT_TRUE(BlockCondition::of(filter.expr()).narrow({.index = &index, .segment = nullptr}, mask));
  return mask[0] != 0;
}

bool matches(const Case& c, const Filter& filter) {
  record::Batch batch;
  batch.set(c.field, batch.add_row(), c.value);
  Mask keep;
  filter.select(batch, keep);
  return keep[0] != 0;
}

TEST(BlockCondition, LetsEveryMatchThroughAndStopsWhatItCan) {
  const Case hits[] = {
      {"message", Value::string("Connection reset by peer"), "\"connection reset\""},
      {"message", Value::string("Connection reset by peer"), "CONNECTION peer"},
      {"message", Value::string("two timeouts"), "timeout*"},
      {"message", Value::string("pretimeout-x"), "*timeout-x"},
      {"message", Value::string("a (reset)"), "\"(reset\""},
      {"raw", Value::string("plain line"), "line"},
      {"status", Value::integer(500), "500"},
      {"ok", Value::boolean(true), "true"},
      {"status", Value::integer(500), "status=500"},
      {"status", Value::decimal(5000, 1), "status=500"},
      {"status", Value::real(500), "status=500.0"},
      {"status", Value::string("500"), "status=500"},
      {"status", Value::integer(500), "status in (400, 500)"},
      {"status", Value::integer(10'000), "status=10k"},
      {"bytes", Value::real(1e6), "bytes=1000000"},
      {"bytes", Value::integer(1'000'000), "bytes=1e6"},
      {"delta", Value::integer(-5), "delta=-5"},
      {"delta", Value::decimal(-1250, 2), "delta=-12.5"},
      {"delta", Value::decimal(-1250, 2), "delta=\"-12.50\""},
      {"delta", Value::decimal(1250, 2), "delta=\"12.50\""},
      {"id", Value::integer(9007199254740993), "id=9007199254740993"},
      {"id", Value::real(1e19), "id=1e19"},
      {"duration_ms", Value::integer(1500), "duration_ms=1.5s"},
      {"ip", Value::string("10.0.0.7"), "ip=10.0.0.7"},
      {"path", Value::string("/api/v1/users"), "path=/api/*/users"},
      {"path", Value::string("/api/v1/users"), "path=/ap*"},
      {"path", Value::string("/api/v1/users"), "path:v1"},
      {"path", Value::string("/api/v1/users"), "path~v[0-9]"},
      {"x", Value::null(), "x=null"},
      {"tags", Value::json("[\"a\",\"b\"]"), "tags:b"},
      {"host", Value::string("web1"), "host=web1 OR host=web2"},
      {"host", Value::string("web1"), "NOT host=web2"},
      {"host", Value::string("web1"), "host!=web2"},
      {"host", Value::string("web1"), "host=*"},
  };
  for (const Case& c : hits) {
    SCOPED_TRACE(c.query);
    const auto filter = Filter::parse(c.query, {});
    ASSERT_TRUE(filter) << filter.error().what;
    EXPECT_TRUE(matches(c, *filter));
    EXPECT_TRUE(may_hold(c, *filter));
  }
  const Case misses[] = {
      {"message", Value::string("connection closed"), "\"connection reset\""},
      {"message", Value::string("resetting"), "reset"},
      {"message", Value::string("resetting all"), "reset* none"},
      {"status", Value::integer(500), "status=404"},
      {"ip", Value::string("10.0.7.0"), "ip=10.0.0.7"},
      {"host", Value::string("10.0.0.7"), "ip=10.0.0.7"},
      {"host", Value::string("web1"), "host in (web2, web3)"},
      {"id", Value::integer(9007199254740992), "id=9007199254740993"},
      {"path", Value::string("/api/v1/users"), "path=/api/*/groups"},
  };
  for (const Case& c : misses) {
    SCOPED_TRACE(c.query);
    const auto filter = Filter::parse(c.query, {});
    ASSERT_TRUE(filter) << filter.error().what;
    EXPECT_FALSE(matches(c, *filter));
    EXPECT_FALSE(may_hold(c, *filter));
  }
}

TEST(BlockCondition, AsksNothingOfWhatIsNotKeyed) {
  for (const std::string_view query :
       {"*", "level=error", "timestamp>2h ago", "status>=500", "path~/x/", "NOT word", "word OR status>5", "x=*"}) {
    const auto filter = Filter::parse(query, {.now = base::kNsPerDay});
    ASSERT_TRUE(filter) << filter.error().what;
    EXPECT_TRUE(BlockCondition::of(filter->expr()).asks_nothing()) << query;
  }
}

}  // namespace
}  // namespace logmill::query
