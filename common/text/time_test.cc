#include "text/time.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>

#include "text/json_writer.h"

namespace logmill::text {
namespace {

constexpr base::TimeNs kSecond = base::kNsPerSecond;
constexpr base::TimeNs kNow = 1'795'256'100 * kSecond;  // 2026-11-21T10:15:00Z, a Saturday

struct TimeCase {
  std::string_view text;
  std::optional<base::TimeNs> time;
};

TEST(Rfc3339, ReadsTheFormsOfTheWild) {
  const TimeCase cases[] = {
      {"2026-11-21T10:15:00Z", kNow},
      {"2026-11-21t10:15:00z", kNow},
      {"2026-11-21 10:15:00", kNow},
      {"2026-11-21T10:15:00.5Z", kNow + kSecond / 2},
      {"2026-11-21 10:15:00,123", kNow + 123'000'000},
      {"2026-11-21T10:15:00.123456789Z", kNow + 123'456'789},
      {"2026-11-21T12:15:00+02:00", kNow},
      {"2026-11-21T05:45:00-0430", kNow},
      {"2026-11-21 11:15:00.25+01", kNow + kSecond / 4},
      {"2026-11-21 10:15:00 UTC", kNow},
      {"2026-11-21 12:15:00 +0200", kNow},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * kSecond},
      {"2016-12-31T23:59:60Z", 1'483'228'800 * kSecond},
      {"2262-04-11T23:47:15Z", 9'223'372'035 * kSecond},
      // Not times.
      {"", std::nullopt},
      {"2026-11-21", std::nullopt},
      {"2026-11-21T10:15", std::nullopt},
      {"2026-11-21X10:15:00Z", std::nullopt},
      {"2026-13-01T00:00:00Z", std::nullopt},
      {"2026-00-01T00:00:00Z", std::nullopt},
      {"2026-04-31T00:00:00Z", std::nullopt},
      {"2023-02-29T00:00:00Z", std::nullopt},
      {"2026-11-21T24:00:00Z", std::nullopt},
      {"2026-11-21T10:60:00Z", std::nullopt},
      {"2026-11-21T10:15:61Z", std::nullopt},
      {"2026-11-21T10:15:00.Z", std::nullopt},
      {"2026-11-21T10:15:00.1234567891Z", std::nullopt},
      {"2026-11-21T10:15:00+24:00", std::nullopt},
      {"2026-11-21T10:15:00Zulu", std::nullopt},
      {"2026-1a-21T10:15:00Z", std::nullopt},
      {"2263-01-01T00:00:00Z", std::nullopt},
      {"0001-01-01T00:00:00Z", std::nullopt},
  };
  for (const TimeCase& c : cases) EXPECT_EQ(parse_rfc3339(c.text), c.time) << c.text;
}

TEST(Rfc3339, LeavesTheRestOfTheLine) {
  struct PrefixCase {
    std::string_view text, rest;
  };
  const PrefixCase cases[] = {
      {"2026-11-21T10:15:00Z INFO x", " INFO x"},
      {"2026-11-21 10:15:00,  hello", ",  hello"},
      {"2026-11-21 10:15:00 +5 points", " +5 points"},
      {"2026-11-21 10:15:00 Zebra", " Zebra"},
      {"2026-11-21T10:15:00]", "]"},
      {"2026-11-21 10:15:00 +0000 [main]", " [main]"},
  };
  for (const PrefixCase& c : cases) {
    std::string_view rest;
    EXPECT_EQ(parse_rfc3339_prefix(c.text, rest), kNow) << c.text;
    EXPECT_EQ(rest, c.rest);
  }
}

TEST(Epoch, TellsUnitsApartByMagnitude) {
  const TimeCase cases[] = {
      {"1763719300", 1'763'719'300 * kSecond},
      {"1763719300.25", 1'763'719'300 * kSecond + kSecond / 4},
      {"1763719300.123456789123", 1'763'719'300 * kSecond + 123'456'789},
      {"1763719300250", 1'763'719'300 * kSecond + kSecond / 4},
      {"1763719300250.5", 1'763'719'300 * kSecond + kSecond / 4 + 500'000},
      {"1763719300250000", 1'763'719'300 * kSecond + kSecond / 4},
      {"1763719300250000001", 1'763'719'300 * kSecond + kSecond / 4 + 1},
      {"100000000", 100'000'000 * kSecond},
      {"99999999", std::nullopt},     // a count, not a date
      {"99999999999", std::nullopt},  // seconds in the year 5138
      {"18446744073709551615", std::nullopt},
      {"", std::nullopt},
      {"-1763719300", std::nullopt},
      {"1763719300.", std::nullopt},
      {"1763719300x", std::nullopt},
      {"0x69000000", std::nullopt},
  };
  for (const TimeCase& c : cases) EXPECT_EQ(parse_epoch(c.text), c.time) << c.text;
}

TEST(Bsd, TakesTheLatestYearThatIsNotAhead) {
  struct BsdCase {
    std::string_view text, reference, time, rest;
  };
  const BsdCase cases[] = {
      {"Nov 21 10:15:00 host", "2026-11-21T12:00:00Z", "2026-11-21T10:15:00Z", " host"},
      {"Nov  1 00:00:00", "2026-11-21T12:00:00Z", "2026-11-01T00:00:00Z", ""},
      {"Nov 1 00:00:00", "2026-11-21T12:00:00Z", "2026-11-01T00:00:00Z", ""},
      {"Dec 31 23:59:59 x", "2026-01-01T00:00:01Z", "2025-12-31T23:59:59Z", " x"},
      {"Jan  1 00:00:00", "2025-12-31T23:00:00Z", "2026-01-01T00:00:00Z", ""},
      {"Feb 25 12:00:00", "2026-11-21T12:00:00Z", "2026-02-25T12:00:00Z", ""},
      {"Nov 22 11:59:59", "2026-11-21T12:00:00Z", "2026-11-22T11:59:59Z", ""},
      {"Nov 22 12:00:01", "2026-11-21T12:00:00Z", "2025-11-22T12:00:01Z", ""},
      {"Feb 29 12:00:00", "2026-11-21T12:00:00Z", "2024-02-29T12:00:00Z", ""},
      {"Feb 29 12:00:00", "1903-11-21T12:00:00Z", "1896-02-29T12:00:00Z", ""},
  };
  for (const BsdCase& c : cases) {
    std::string_view rest = "unset";
    EXPECT_EQ(parse_bsd_prefix(c.text, *parse_rfc3339(c.reference), rest), parse_rfc3339(c.time)) << c.text;
    EXPECT_EQ(rest, c.rest);
  }
  for (const std::string_view bad : {"", "Nov", "Nov 21", "Nov 21 10:15", "Foo 21 10:15:00", "Nov 31 10:15:00", "ovD 21 10:15:00",
                                     "Nov 210 10:15:00", "Nov21 10:15:00"}) {
    std::string_view rest;
    EXPECT_EQ(parse_bsd_prefix(bad, kNow, rest), std::nullopt) << bad;
  }
}

TEST(Clf, ReadsAccessLogTimes) {
  const TimeCase cases[] = {
      {"21/Nov/2026:10:15:00 +0000", kNow},
      {"21/Nov/2026:12:15:00 +0200", kNow},
      {"21/Nov/2026:10:15:00", kNow},
      {"21/Foo/2026:10:15:00 +0000", std::nullopt},
      {"31/Nov/2026:10:15:00 +0000", std::nullopt},
      {"21/Nov/2026:10:15:00 +0000 x", std::nullopt},
      {"21/Nov/2026", std::nullopt},
  };
  for (const TimeCase& c : cases) EXPECT_EQ(parse_clf(c.text), c.time) << c.text;
}

TEST(UserTime, ReadsWhatPeopleTypeInUtc) {
  struct UserCase {
    std::string_view text, time;
  };
  const UserCase cases[] = {
      {"now", "2026-11-21T10:15:00Z"},
      {"2h ago", "2026-11-21T08:15:00Z"},
      {"2 hours ago", "2026-11-21T08:15:00Z"},
      {"1h30m ago", "2026-11-21T08:45:00Z"},
      {"-15m", "2026-11-21T10:00:00Z"},
      {"+1d", "2026-11-22T10:15:00Z"},
      {"today", "2026-11-21T00:00:00Z"},
      {"yesterday", "2026-11-20T00:00:00Z"},
      {"yesterday 14:00", "2026-11-20T14:00:00Z"},
      {"tomorrow 00:00:30", "2026-11-22T00:00:30Z"},
      {"14:30", "2026-11-21T14:30:00Z"},
      {"14:30:15.5", "2026-11-21T14:30:15.5Z"},
      {"2026-11-20", "2026-11-20T00:00:00Z"},
      {"2026-11-20 10:15", "2026-11-20T10:15:00Z"},
      {"2026-11-20T10:15:01", "2026-11-20T10:15:01Z"},
      {"2026-11-20T10:15:01+01:00", "2026-11-20T09:15:01Z"},
      {"1763719300", "2025-11-21T10:01:40Z"},
      {"20/Nov/2026:10:15:00 +0000", "2026-11-20T10:15:00Z"},
      {"Nov 20 10:15:00", "2026-11-20T10:15:00Z"},
  };
  for (const UserCase& c : cases) {
    const auto time = parse_user_time(c.text, kNow, true);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(*time, parse_rfc3339(c.time)) << c.text;
  }
}

TEST(UserTime, RefusesTheRestWithAHint) {
  for (const std::string_view bad :
       {"", "noon", "15", "2h", "ago", "- 5", "25:00", "2026-13-01", "yesterday x", "2026-11-20 10:15x", "Nov 20 10:15:00 x", "-999999w"}) {
    const auto time = parse_user_time(bad, kNow, true);
    ASSERT_FALSE(time) << bad;
    EXPECT_NE(time.error().what.find("2h ago"), std::string::npos);
  }
}

TEST(UserTime, UsesTheLocalZone) {
  ::setenv("TZ", "EAT-3", 1);  // three hours east
  ::tzset();
  EXPECT_EQ(*parse_user_time("2026-11-21", kNow, false), *parse_rfc3339("2026-11-20T21:00:00Z"));
  EXPECT_EQ(*parse_user_time("today", kNow, false), *parse_rfc3339("2026-11-20T21:00:00Z"));
  std::string text;
  append_time_local(text, kNow + 7'000'000, false);
  EXPECT_EQ(text, "2026-11-21 13:15:00.007");
  ::unsetenv("TZ");
  ::tzset();
}

TEST(TimeText, PrintsWhatItReads) {
  struct PrintCase {
    base::TimeNs time;
    std::string_view text;
  };
  const PrintCase cases[] = {
      {kNow, "2026-11-21T10:15:00Z"},
      {kNow + 5'000'000, "2026-11-21T10:15:00.005Z"},
      {kNow + 5'000, "2026-11-21T10:15:00.000005Z"},
      {kNow + 5, "2026-11-21T10:15:00.000000005Z"},
      {-1, "1969-12-31T23:59:59.999999999Z"},
  };
  for (const PrintCase& c : cases) {
    std::string text;
    append_time_utc(text, c.time);
    EXPECT_EQ(text, c.text);
  }
  std::mt19937_64 random(20261121);
  for (int i = 0; i < 10'000; ++i) {
    const auto time = static_cast<base::TimeNs>(random()) / 4 * 3;
    std::string text;
    append_time_utc(text, time);
    ASSERT_EQ(parse_rfc3339(text), time) << text << " (seed 20261121)";
  }
}

TEST(CivilTime, AgreesWithTheCLibraryOnEveryDay) {
  for (std::int64_t day = -100'000; day <= 100'000; ++day) {
    const std::time_t seconds = day * 86'400;
    std::tm expected{};
    ::gmtime_r(&seconds, &expected);
    const CivilTime civil = civil_from_ns(day * base::kNsPerDay);
    ASSERT_EQ(civil.year, expected.tm_year + 1900) << day;
    ASSERT_EQ(civil.month, static_cast<unsigned>(expected.tm_mon + 1)) << day;
    ASSERT_EQ(civil.day, static_cast<unsigned>(expected.tm_mday)) << day;
    ASSERT_EQ(days_from_civil(civil.year, civil.month, civil.day), day);
  }
}

}  // namespace
}  // namespace logmill::text
