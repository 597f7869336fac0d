#include "logserve/operate/metrics_text.h"

#include <gtest/gtest.h>

namespace logmill::logserve {
namespace {

TEST(MetricsText, SamplesOfAMetricStandTogether) {
  MetricsText all;
  all.add("# HELP a One.\n# TYPE a counter\na{p=\"x\"} 1\n# HELP b Two.\n# TYPE b gauge\nb 2\n");
  all.add("# HELP b Other words.\n# TYPE b gauge\nb{p=\"y\"} 3\n# TYPE a counter\na{p=\"y\"} 4");
  EXPECT_EQ(all.text(), "# HELP a One.\n# TYPE a counter\na{p=\"x\"} 1\na{p=\"y\"} 4\n# HELP b Two.\n# TYPE b gauge\nb 2\nb{p=\"y\"} 3\n");
}

TEST(MetricsText, AHistogramIsOneMetric) {
  MetricsText all;
  all.add("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\nother 5\n");
  all.add("# TYPE h histogram\nh_bucket{le=\"1\",p=\"y\"} 2\n");
  EXPECT_EQ(all.text(), "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\nh_bucket{le=\"1\",p=\"y\"} 2\nother 5\n");
}

TEST(MetricsText, NothingOfNothing) {
  MetricsText all;
  all.add("");
  all.add("\n\n# a comment\n");
  EXPECT_EQ(all.text(), "");
}

}  // namespace
}  // namespace logmill::logserve
