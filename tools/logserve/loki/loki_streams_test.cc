#include "logserve/loki/loki_streams.h"

#include <gtest/gtest.h>

#include "query/table/table.h"

namespace logmill::logserve {
namespace {

// Rows of a service, with a line and a time each.
record::Batch lines(const std::vector<std::pair<std::string, std::string>>& rows) {
  record::Batch batch;
  for (const auto& [service, line] : rows) {
    const std::size_t row = batch.add_row();
    batch.times()[row] = static_cast<base::TimeNs>(row + 1);
    batch.set("service", row, record::Value::string(batch.own(service)));
    batch.set("message", row, record::Value::string(batch.own(line)));
    batch.set("status.code", row, record::Value::integer(200));
  }
  return batch;
}

base::Status push_all(LokiStreams& streams, const record::Batch& batch) {
  query::BatchTable table(batch);
  std::vector<std::uint32_t> all(batch.rows());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return streams.push({table, all});
}

TEST(LokiStreams, LinesOfTheSameLabelsAreAStream) {
  LokiStreams streams(Metadata::by_line);
  ASSERT_TRUE(push_all(streams, lines({{"a", "1"}, {"b", "<2>\n"}, {"a", "3\xff"}})));
  EXPECT_EQ(streams.json(LokiStreams::Order::as_they_came),
            R"([{"stream":{"service":"a"},"values":[["1","1",{"structuredMetadata":{"status_code":"200"}}],)"
            R"(["3","3\udcff",{"structuredMetadata":{"status_code":"200"}}]]},)"
            R"({"stream":{"service":"b"},"values":[["2","<2>\n",{"structuredMetadata":{"status_code":"200"}}]]}])");
}

TEST(LokiStreams, TheLatestFirst) {
  LokiStreams streams(Metadata::among_labels);
  ASSERT_TRUE(push_all(streams, lines({{"a", "1"}, {"b", "2"}, {"a", "3"}})));
  EXPECT_EQ(streams.json(LokiStreams::Order::latest_first),
            R"([{"stream":{"service":"a","status_code":"200"},"values":[["3","3"],["1","1"]]},)"
            R"({"stream":{"service":"b","status_code":"200"},"values":[["2","2"]]}])");
  EXPECT_NE(streams.key(0), streams.key(2));
}

TEST(LokiStreams, LongLinesEndSomewhere) {
  LokiStreams streams(Metadata::among_labels);
  const record::Batch batch = lines({{"a", std::string(1 << 20, 'x')}});
  base::Status pushed;
  int times = 0;
  while (pushed && ++times < 1'000) pushed = push_all(streams, batch);
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, base::ErrorCode::too_large);
  EXPECT_LT(times, 130);
}

}  // namespace
}  // namespace logmill::logserve
