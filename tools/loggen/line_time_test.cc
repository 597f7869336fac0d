#include "loggen/line_time.h"

#include <gtest/gtest.h>

#include <string>

namespace logmill::loggen {
namespace {

constexpr base::TimeNs kReference = 1'795'256'100 * base::kNsPerSecond;  // 2026-11-21T10:15:00Z

std::string moved(std::string_view line, std::int64_t by_ns) {
  const auto found = find_line_time(line, kReference);
  if (!found) return "none";
  std::string out(line.substr(0, found->offset));
  append_line_time(out, *found, found->time + by_ns);
  return out.append(line.substr(found->offset + found->size));
}

TEST(LineTime, IsMovedInEveryForm) {
  struct {
    std::string_view line, later;
  } cases[] = {
      {"2026-11-21T10:15:00Z x", "2026-11-21T11:15:01Z x"},
      {"2026-11-21 10:15:00,123 - INFO", "2026-11-21 11:15:01,123 - INFO"},
      {"[2026-11-21T23:30:00.000001+02:00] x", "[2026-11-22T00:30:01.000001+02:00] x"},
      {"10.0.0.1 - - [21/Nov/2026:23:59:59 -0330] \"GET", "10.0.0.1 - - [22/Nov/2026:01:00:00 -0330] \"GET"},
      {"<13>Nov  9 10:15:00 host", "<13>Nov  9 11:15:01 host"},
      {"Nov  9 10:15:00.250 host", "Nov  9 11:15:01.250 host"},
      {"Nov 9 10:15:00 one digit", "Nov  9 11:15:01 one digit"},
      {"Oct 31 23:30:00 host", "Nov  1 00:30:01 host"},
      {"[Sun Dec 31 23:30:00 2005] [error]", "[Sun Jan  1 00:30:01 2006] [error]"},
      {"[Sun Dec 31 23:30:00.654321 2005] x", "[Sun Jan  1 00:30:01.654321 2006] x"},
      {"{\"ts\":1763719300,\"a\":1}", "{\"ts\":1763722901,\"a\":1}"},
      {"{\"ts\":1763719300.2500,\"a\":1}", "{\"ts\":1763722901.2500,\"a\":1}"},
      {"time=1763719300250 x", "time=1763722901250 x"},
  };
  for (const auto& c : cases) EXPECT_EQ(moved(c.line, 3'601 * base::kNsPerSecond), c.later);
}

TEST(LineTime, StaysWhereItIsWhenMovedByNothing) {
  for (const char* line : {"2026-11-21T10:15:00.5Z", "2026-11-21 10:15:00", "Nov 21 10:15:00 h p: m", "[21/Nov/2026:10:15:00 +0000]",
                           "Fri Nov 21 10:15:00 2025 x", "1763719300.001"})
    EXPECT_EQ(moved(line, 0), line);
}

TEST(LineTime, OtherNumbersAreNoTimes) {
  for (const char* line : {"", "no time", "12345", "order 123456789012 shipped", "10.0.0.1:8080", "2026-13-45T99:99:99Z", "May I ask",
                           "Nov 31x", "99/Nov/2026:10:15:00 +0000"})
    EXPECT_EQ(moved(line, 0), "none") << line;
}

TEST(LineTime, CutAnywhereDoesNoHarm) {
  for (const std::string_view line :
       {std::string_view("x 2026-11-21T10:15:00.123456+01:00 y"), std::string_view("[Sun Dec  4 04:47:44.123 2005] z"),
        std::string_view("h [21/Nov/2026:10:15:00 +0000]"), std::string_view("1763719300.123456789")})
    for (std::size_t size = 0; size <= line.size(); ++size) {
      const std::string cut(line.substr(0, size));
      const std::string result = moved(cut, 0);
      EXPECT_TRUE(result == cut || result == "none") << cut;
    }
}

}  // namespace
}  // namespace logmill::loggen
