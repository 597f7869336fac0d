#include "text/stamp_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "text/digits.h"
#include "text/time.h"

namespace logmill::text {
namespace {

TEST(StampReader, ReadsTheUsualFormOnly) {
  StampReader reader;
  for (const std::string_view text :
       {"2026-11-21T10:15:00Z", "2026-11-21T23:59:60Z", "2026-11-21T10:15:00.5Z", "2026-11-21T10:15:00.123456789Z",
        "1969-12-31T23:59:59.999Z", "2024-02-29T00:00:00Z", "0001-01-01T00:00:00Z", "2262-04-11T23:47:16Z"})
    EXPECT_EQ(reader.read(text).value_or(parse_rfc3339(text).value_or(-1)), parse_rfc3339(text).value_or(-1)) << text;
  EXPECT_TRUE(reader.read("2026-11-21T10:15:00.250Z"));
  for (const std::string_view text :
       {"", "Z", "2026-11-21", "2026-11-21T10:15:00", "2026-11-21T10:15:00+01:00", "2026-11-21 10:15:00Z", "2026-11-21T10:15:00,5Z",
        "2026-11-21T10:15:00.Z", "2026-11-21T10:15:00.1234567890Z", "2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T10:15:61Z",
        "2026-11-31T10:15:00Z", "2026-13-01T10:15:00Z", "2026-11-21T10:15:0xZ", "2026-11-21T10:15:00.1x3Z", "2026-11-21T1 :15:00Z",
        "2026-11-21T10:15:0012Z",
        // Beyond what nanoseconds can say.
        "9999-12-31T23:59:59Z"})
    EXPECT_EQ(reader.read(text), std::nullopt) << text;
}

// Whatever it reads, the parser of all forms reads too, and the same.
TEST(Digits, OfEightBytesTheLastAreTakenAtOnce) {
  std::mt19937 random(11);
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes(8, '0');
    for (char& c : bytes) c = random() % 40 == 0 ? static_cast<char>(random() % 256) : static_cast<char>('0' + random() % 10);
    const std::size_t count = random() % 9;
    const std::string_view digits = std::string_view(bytes).substr(8 - count);
    std::int64_t expected = 0;
    for (const char c : digits) expected = expected < 0 || !is_digit(c) ? -1 : 10 * expected + (c - '0');
    EXPECT_EQ(std::max<std::int64_t>(eight_digits(bytes.data(), count), -1), expected) << bytes << ' ' << count;
  }
}

TEST(StampReader, AgreesWithTheParserOfAllForms) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  StampReader reader;
  std::size_t read = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text = "2026-02-28T10:15:00.123456789Z";
    text.erase(20 + random() % 10, random() % 10);
    if (text.back() != 'Z') text.push_back('Z');
    for (unsigned changes = random() % 3; changes > 0; --changes) text[random() % text.size()] = "0123456789-:.,TZ "[random() % 17];
    const auto time = reader.read(text);
    if (!time) continue;
    ++read;
    ASSERT_EQ(time, parse_rfc3339(text)) << text;
  }
  EXPECT_GT(read, 10'000u);
}

// Stamps one after another, of which some are of the same second, with what may stand behind them.
TEST(StampReader, AgreesWithTheParserOfPrefixes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  StampReader reader;
  std::size_t read = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text =
        std::array{"2026-02-28 10:15:00", "2026-02-28T10:15:00", "1677-09-21 00:12:43", "2262-04-11T23:47:16"}[random() % 16 / 5];
    text += std::array{"", ".5", ",123", ".123456789", ".1234567890", ",", "."}[random() % 7];
    text += std::array{
        "", "Z", " INFO", "Z [", "Zz", " +0100", "+01:00", " UTC", " GMT+1", "-05 x", " - app", "]", "\t", " Z", "z x"}[random() % 15];
    if (random() % 3 == 0) text[random() % text.size()] = "0123456789-:.,TZ +UG]"[random() % 21];
    if (random() % 8 == 0) text.resize(random() % (text.size() + 1));
    std::string_view rest = "none", expected_rest = "none";
    const auto time = reader.read_prefix(text, rest);
    ASSERT_EQ(time, parse_rfc3339_prefix(text, expected_rest)) << text;
    ASSERT_EQ(rest, expected_rest) << text;
    read += time.has_value();
  }
  EXPECT_GT(read, 50'000u);
}

TEST(ClfStampReader, AgreesWithTheParser) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  ClfStampReader reader;
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 8 == 0) text.clear();
    if (text.empty())
      text = std::array{"21/Nov/2026:10:15:00 +0000", "01/Jan/2026:00:00:00 -0500", "21/Nov/2026:10:15:00.5 +01"}[random() % 3];
    if (random() % 4 == 0) text[random() % text.size()] = "0123456789 :/.,NovJan+-"[random() % 23];
    ASSERT_EQ(reader.read(text), parse_clf(text)) << text;
  }
}

// With one stamp after another, of which some are the same, and others almost.
TEST(BsdStampReader, AgreesWithTheParser) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  BsdStampReader reader;
  const base::TimeNs now = *parse_rfc3339("2026-11-21T12:00:00Z");
  std::string text;
  for (int round = 0; round < 20'000; ++round) {
    if (random() % 8 == 0) text.clear();
    if (text.empty())
      text = std::array{"Nov 21 10:15:00 web1", "Jan  1 00:00:00.5 web1", "Feb 29 23:59:59 x", "Dec 31 1:2:3 x",
                        "Nov 21 10:15:00"}[random() % 5];
    if (random() % 4 == 0) text[random() % text.size()] = "0123456789 :.,NovDecx"[random() % 21];
    const base::TimeNs reference = now - (random() % 2) * 200 * base::kNsPerDay;
    std::string_view rest, expected_rest;
    const auto time = reader.read(text, reference, rest);
    ASSERT_EQ(time, parse_bsd_prefix(text, reference, expected_rest)) << text;
    ASSERT_EQ(rest, expected_rest) << text;
  }
}

}  // namespace
}  // namespace logmill::text
