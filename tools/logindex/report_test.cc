#include "logindex/report.h"

#include <gtest/gtest.h>

namespace logmill::logindex {
namespace {

SegmentIndex indexed() {
  SegmentIndex segment;
  segment.name = "2026-11-21/20261121T101500123-0a1b2c";
  segment.state = State::indexed;
  segment.data_bytes = 10 << 20;
  segment.index_bytes = 400 << 10;
  segment.blocks = 12;
  return segment;
}

TEST(Report, LinesFitEightyColumns) {
  std::string line;
  append_text_line(line, indexed(), "");
  EXPECT_EQ(line, "2026-11-21/20261121T101500123-0a1b2c  indexed    10.00 MiB  400.00 KiB   3.9 %\n");
  EXPECT_LE(line.size(), 81u);
}

TEST(Report, WhatIsMissingHasNoSize) {
  SegmentIndex segment = indexed();
  segment.state = State::missing;
  segment.index_bytes = 0;
  std::string line;
  append_text_line(line, segment, "to build");
  EXPECT_NE(line.find("to build"), std::string::npos);
  EXPECT_TRUE(line.ends_with("       -\n")) << line;
}

TEST(Report, JsonNamesTheProblem) {
  SegmentIndex segment = indexed();
  segment.state = State::damaged;
  segment.problem = "checksum \"mismatch\"";
  std::string line;
  append_json_line(line, segment, "");
  EXPECT_EQ(line,
            "{\"segment\":\"2026-11-21/"
            "20261121T101500123-0a1b2c\",\"state\":\"damaged\",\"data_bytes\":10485760,\"index_"
            "bytes\":409600,"
            "\"blocks\":12,\"problem\":\"checksum \\\"mismatch\\\"\"}\n");
}

TEST(Report, TotalsCountWhatIsIndexed) {
  Totals totals;
  totals.add(indexed());
  SegmentIndex missing = indexed();
  missing.state = State::missing;
  totals.add(missing);
  std::string text;
  append_totals(text, totals);
  EXPECT_EQ(text, "1 of 2 segments indexed: 400.00 KiB of index for 10.00 MiB of data (3.9 %)\n");
  text.clear();
  append_totals(text, {});
  EXPECT_EQ(text, "0 of 0 segments indexed\n");
}

}  // namespace
}  // namespace logmill::logindex
