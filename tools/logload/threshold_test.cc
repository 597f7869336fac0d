#include "logload/threshold.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace logmill::logload {
namespace {

LoadResult result_with(std::uint64_t latency_ns, std::uint64_t lost) {
  LoadResult result;
  result.latency.add(latency_ns);
  result.sent = 100;
  result.acknowledged = 100 - lost;
  result.measured = 100;
  result.elapsed_ns = base::kNsPerSecond;
  return result;
}

TEST(Threshold, IsExceededBeyondTheLimitOnly) {
  const auto holds = [](std::string_view text, const LoadResult& result) {
    const auto thresholds = parse_thresholds(text);
    EXPECT_TRUE(thresholds) << text;
    return exceeded(thresholds->at(0), result);
  };
  EXPECT_TRUE(holds("p99>50ms", result_with(51'000'000, 0)));
  EXPECT_FALSE(holds("p99>50ms", result_with(50'000'000, 0)));
  EXPECT_TRUE(holds(" max < 1s ", result_with(1, 0)));
  EXPECT_TRUE(holds("loss>0", result_with(1, 1)));
  EXPECT_FALSE(holds("loss>0", result_with(1, 0)));
  EXPECT_TRUE(holds("rate<101/s", result_with(1, 0)));
  EXPECT_FALSE(holds("rate<100/s", result_with(1, 0)));
}

TEST(Threshold, ListsAreSeparatedByCommas) {
  const auto thresholds = parse_thresholds("p50>1ms, p99.9>2s,disorder>0");
  ASSERT_TRUE(thresholds);
  ASSERT_EQ(thresholds->size(), 3u);
  EXPECT_EQ((*thresholds)[1].metric, "p99.9");
  EXPECT_EQ((*thresholds)[1].limit, 2e9);
}

TEST(Threshold, RefusesWhatMakesNoSense) {
  for (const char* text : {"", "p99", "p99>", "p99>50", "p98>1ms", "loss>1ms", "p99>1ms,", "rate<x"})
    EXPECT_FALSE(parse_thresholds(text)) << text;
}

}  // namespace
}  // namespace logmill::logload
