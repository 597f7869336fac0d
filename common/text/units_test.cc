#include "text/units.h"

#include <gtest/gtest.h>

namespace logmill::text {
namespace {

constexpr std::int64_t kS = 1'000'000'000;

TEST(Duration, ReadsUnits) {
  struct Case {
    std::string_view text;
    std::int64_t ns;
  };
  const Case cases[] = {{"90s", 90 * kS},
                        {"250ms", kS / 4},
                        {"1h30m", 5400 * kS},
                        {"7d", 604'800 * kS},
                        {"2w", 1'209'600 * kS},
                        {"1.5h", 5400 * kS},
                        {"10us", 10'000},
                        {"5ns", 5},
                        {"0s", 0},
                        {"2 hours", 7200 * kS},
                        {"1 day 2 h", 93'600 * kS}};
  for (const Case& c : cases) {
    const auto ns = parse_duration(c.text);
    ASSERT_TRUE(ns) << c.text;
    EXPECT_EQ(*ns, c.ns) << c.text;
  }
}

TEST(Duration, RefusesTheRest) {
  EXPECT_EQ(parse_duration("7").error().what, "7: a duration needs a unit: 7s, 7m, 7h, 7d");
  for (const std::string_view bad : {"", "s", "-1s", "5x", "1h30", "293000w", "1..5s", "1e999s"}) EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Size, KnowsBothFamiliesOfUnits) {
  struct Case {
    std::string_view text;
    std::uint64_t bytes;
  };
  const Case cases[] = {{"4096", 4096},       {"64MiB", 64 << 20},   {"64M", 64 << 20}, {"10KB", 10'000},
                        {"1.5g", 3ull << 29}, {"1 GiB", 1ull << 30}, {"0", 0},          {"2TB", 2'000'000'000'000}};
  for (const Case& c : cases) {
    const auto bytes = parse_size(c.text);
    ASSERT_TRUE(bytes) << c.text;
    EXPECT_EQ(*bytes, c.bytes) << c.text;
  }
  for (const std::string_view bad : {"", "M", "-1", "10Q", "1.0001", "99999999999T", "64 M iB"}) EXPECT_FALSE(parse_size(bad)) << bad;
}

TEST(Count, AllowsSeparatorsAndPowers) {
  EXPECT_EQ(*parse_count("1000000"), 1'000'000u);
  EXPECT_EQ(*parse_count("1_000_000"), 1'000'000u);
  EXPECT_EQ(*parse_count("10k"), 10'000u);
  EXPECT_EQ(*parse_count("1M"), 1'000'000u);
  EXPECT_EQ(*parse_count("1e6"), 1'000'000u);
  for (const std::string_view bad : {"", "k", "1.5", "-3", "10kb", "_1"}) EXPECT_FALSE(parse_count(bad)) << bad;
}

TEST(Rate, IsPerSecond) {
  EXPECT_EQ(*parse_rate("10k/s"), 10'000);
  EXPECT_EQ(*parse_rate("600/m"), 10);
  EXPECT_EQ(*parse_rate("10k"), 10'000);
  EXPECT_EQ(*parse_rate("0.5"), 0.5);
  EXPECT_EQ(*parse_rate("max"), 0);
  for (const std::string_view bad : {"", "0", "10/x", "/s", "fast", "10k/"}) EXPECT_FALSE(parse_rate(bad)) << bad;
}

TEST(Format, IsForPeople) {
  EXPECT_EQ(format_size(312), "312 B");
  EXPECT_EQ(format_size(1023), "1023 B");
  EXPECT_EQ(format_size(1024), "1.00 KiB");
  EXPECT_EQ(format_size(3 << 19), "1.50 MiB");
  EXPECT_EQ(format_size((1 << 20) - 1), "1.00 MiB");
  EXPECT_EQ(format_size(~0ull), "16.00 EiB");
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'234'567), "1,234,567");
  EXPECT_EQ(format_duration(350'000'000), "350 ms");
  EXPECT_EQ(format_duration(12 * kS / 10), "1.2 s");
  EXPECT_EQ(format_duration(125 * 60 * kS), "2h5m");
  EXPECT_EQ(format_duration(7 * 86'400 * kS), "7d");
  EXPECT_EQ(format_duration(90 * kS), "1m30s");
  EXPECT_EQ(format_duration(-kS), "-1.0 s");
}

}  // namespace
}  // namespace logmill::text
