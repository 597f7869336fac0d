#include "text/log_time_writer.h"

#include <gtest/gtest.h>

#include "text/time.h"

namespace logmill::text {
namespace {

constexpr base::TimeNs kTime = 1'795'256'100 * base::kNsPerSecond;  // 2026-11-21T10:15:00Z

TEST(LogTimeWriter, WritesAccessLogTimes) {
  std::string text;
  append_clf(text, kTime);
  EXPECT_EQ(text, "21/Nov/2026:10:15:00 +0000");
  text.clear();
  append_clf(text, kTime, -(5 * 3'600 + 1'800));
  EXPECT_EQ(text, "21/Nov/2026:04:45:00 -0530");
}

TEST(LogTimeWriter, WritesSyslogTimes) {
  std::string text;
  append_bsd(text, kTime);
  EXPECT_EQ(text, "Nov 21 10:15:00");
  text.clear();
  append_bsd(text, kTime - 12 * base::kNsPerDay);
  EXPECT_EQ(text, "Nov  9 10:15:00");
}

TEST(LogTimeWriter, WhatIsWrittenIsReadBack) {
  for (std::int64_t day = 0; day < 800; ++day) {
    const base::TimeNs time = kTime + day * (base::kNsPerDay + 61 * base::kNsPerSecond);
    for (const std::int64_t offset : {0, 3'600, -12'600}) {
      std::string clf;
      append_clf(clf, time, offset);
      EXPECT_EQ(parse_clf(clf), time) << clf;
    }
    std::string bsd;
    append_bsd(bsd, time);
    std::string_view rest;
    EXPECT_EQ(parse_bsd_prefix(bsd, time, rest), time) << bsd;
  }
}

}  // namespace
}  // namespace logmill::text
