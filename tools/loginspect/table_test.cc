#include "loginspect/table.h"

#include <gtest/gtest.h>

#include "loginspect/listing.h"
#include "loginspect/report.h"
#include "loginspect/structure.h"
#include "text/time.h"

namespace logmill::loginspect {
namespace {

TEST(ShortSize, HasThreeDigits) {
  EXPECT_EQ(short_size(0), "0");
  EXPECT_EQ(short_size(999), "999");
  EXPECT_EQ(short_size(1'000), "0.98K");
  EXPECT_EQ(short_size(1'024), "1.00K");
  EXPECT_EQ(short_size(18'484), "18.1K");
  EXPECT_EQ(short_size(999 * 1'024), "999K");
  EXPECT_EQ(short_size(1'023 * 1'024), "1.00M");
  EXPECT_EQ(short_size(5ull << 30), "5.00G");
  EXPECT_EQ(short_size(UINT64_MAX), "16.0E");
}

TEST(Table, AlignsCharactersNotBytes) {
  Table table({{"NAME", Table::Align::left}, {"N", Table::Align::right}}, {});
  table.add({{"ä€"}, {"10"}});
  table.add({{"long name"}, {"7"}});
  EXPECT_EQ(table.text(), "NAME       N\nä€        10\nlong name  7\n");
}

TEST(Table, ColoursTakeNoRoom) {
  Table table({{"A", Table::Align::right}, {"B", Table::Align::left}}, {.color = true, .terminal = true});
  table.add({{"x", query::Paint::bad}, {"y"}});
  table.add({{"xyz"}, {"y"}});
  const std::string text = table.text();
  EXPECT_NE(text.find("  \x1b[31mx\x1b[0m y\n"), std::string::npos) << text;
}

TEST(Listing, LeavesOutColumnsOnANarrowTerminal) {
  Summary summary;
  summary.kind = "seg";
  summary.state = "sealed";
  summary.records = 1;
  summary.bytes = 100;
  summary.raw_bytes = 1'000;
  const auto head = [&](std::size_t columns) {
    Listing listing(Listing::Zone::utc, {}, columns);
    listing.add("a-name", summary);
    const std::string text = listing.text();
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(head(0), "KIND  STATE  RECORDS SIZE   RAW RATIO TIMES NAME");
  EXPECT_EQ(head(50), head(0));
  EXPECT_EQ(head(49), "KIND  STATE  RECORDS SIZE RATIO TIMES NAME");
  EXPECT_EQ(head(20), "KIND  RECORDS SIZE RATIO TIMES NAME");
}

TEST(Listing, TimesSayWhatDiffers) {
  const auto times = [](std::string_view from, std::string_view to) {
    Summary summary;
    summary.time_min = *text::parse_rfc3339(from);
    summary.time_max = *text::parse_rfc3339(to);
    Listing listing(Listing::Zone::utc, {}, 0);
    listing.add("name", summary);
    const std::string text = listing.text();
    const std::size_t at = text.find(from.substr(0, 10));
    return text.substr(at, text.find("name") - at - 1);
  };
  EXPECT_EQ(times("2026-11-21T10:00:00Z", "2026-11-21T11:30:00Z"), "2026-11-21 10:00-11:30");
  EXPECT_EQ(times("2026-11-21T10:00:00Z", "2026-12-01T11:30:00Z"), "2026-11-21 10:00-12-01");
  EXPECT_EQ(times("2025-11-21T10:00:00Z", "2026-12-01T11:30:00Z"), "2025-11-21/2026-12-01");
}

TEST(Usage, OfManyDaysTheLargestAreShown) {
  Usage usage({std::string(kByDay)});
  for (int day = 1; day <= 9; ++day) usage.add(0, "2026-11-0" + std::to_string(day), {1, day * 100.0, day * 1000.0});
  const std::string all = usage_text(usage, 0, {}), some = usage_text(usage, 2, {});
  EXPECT_LT(all.find("2026-11-01"), all.find("2026-11-09"));
  EXPECT_EQ(some.find("2026-11-01"), std::string::npos);
  EXPECT_LT(some.find("2026-11-09"), some.find("2026-11-08"));
  EXPECT_NE(some.find("(7 others)"), std::string::npos);
}

TEST(Structure, AsTextAndAsJson) {
  Structure structure("block", 1);
  structure.add("index", std::uint64_t{3})
      .add("name", "a b")
      .add("plain", "x")
      .add_real("least", 0.5)
      .add_time("created", 0)
      .add_hash("hash", 255);
  EXPECT_EQ(structure.line(),
            "  block index=3 name=\"a b\" plain=x least=0.5 created=1970-01-01T00:00:00Z "
            "hash=0x00000000000000ff\n");
  EXPECT_EQ(structure.json(),
            "{\"structure\":\"block\",\"index\":3,\"name\":\"a "
            "b\",\"plain\":\"x\",\"least\":0.5,\"created\":\"1970-01-01T00:00:00Z\","
            "\"hash\":\"0x00000000000000ff\"}\n");
}

}  // namespace
}  // namespace logmill::loginspect
