#include "flat/rotation_clock.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "text/json_writer.h"
#include "text/time.h"

namespace logmill::flat {
namespace {

class RotationClockTest : public ::testing::Test {
 protected:
  ~RotationClockTest() override { zone(nullptr); }
  static void zone(const char* name) {
    if (name != nullptr)
      ::setenv("TZ", name, 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  static std::string next(std::string_view when, std::string_view after) {
    std::string text;
    text::append_time_utc(text, parse_rotation_clock(when)->next(*text::parse_rfc3339(after)));
    return text;
  }
};

TEST_F(RotationClockTest, NamesTheNextTime) {
  zone("UTC");
  EXPECT_EQ(next("hourly", "2026-11-21T10:15:30.5Z"), "2026-11-21T11:00:00Z");
  EXPECT_EQ(next("hourly", "2026-11-21T10:00:00Z"), "2026-11-21T11:00:00Z");
  EXPECT_EQ(next("daily", "2026-12-31T23:59:59.999Z"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(next("daily", "2026-11-21T00:00:00Z"), "2026-11-22T00:00:00Z");
  EXPECT_EQ(next("weekly", "2026-11-21T10:00:00Z"), "2026-11-23T00:00:00Z");  // from a Saturday
  EXPECT_EQ(next("weekly", "2026-11-23T00:00:00Z"), "2026-11-30T00:00:00Z");
  EXPECT_EQ(next("monthly", "2026-12-05T00:00:00Z"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(next("03:30", "2026-11-21T03:29:59Z"), "2026-11-21T03:30:00Z");
  EXPECT_EQ(next("03:30", "2026-11-21T03:30:00Z"), "2026-11-22T03:30:00Z");
}

TEST_F(RotationClockTest, SpeaksLocalTime) {
  zone("CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(next("daily", "2026-07-01T12:00:00Z"), "2026-07-01T22:00:00Z");
  EXPECT_EQ(next("daily", "2026-10-24T23:00:00Z"), "2026-10-25T23:00:00Z");  // a day of 25 hours
  EXPECT_EQ(next("daily", "2026-03-28T23:30:00Z"), "2026-03-29T22:00:00Z");  // and one of 23
  zone("IST-5:30");
  EXPECT_EQ(next("hourly", "2026-11-21T10:15:00Z"), "2026-11-21T10:30:00Z");
}

TEST_F(RotationClockTest, NeverIsNever) { EXPECT_EQ(RotationClock().next(0), INT64_MAX); }

TEST_F(RotationClockTest, RefusesWhatIsNoTime) {
  for (const char* text : {"", "yearly", "24:00", "12:60", "1:30", "12:3a", "12-30", "123:0"})
    EXPECT_FALSE(parse_rotation_clock(text)) << text;
}

}  // namespace
}  // namespace logmill::flat
