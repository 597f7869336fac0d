#include "logquery/open_page.h"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

namespace logmill::logquery {
namespace {

constexpr base::TimeNs kNow = 1'763'720'130 * base::kNsPerSecond;  // 2025-11-21T10:15:30Z

// Berlin is an hour ahead of UTC in November.
class OpenPage : public testing::Test {
 protected:
  OpenPage() {
    ::setenv("TZ", "Europe/Berlin", 1);
    ::tzset();
  }
  ~OpenPage() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  std::string address() const {
    const auto address = page_address(options_, kNow);
    return address ? *address : "error: " + address.error().what;
  }
  Options options_;
};

TEST_F(OpenPage, SaysTheQueryAsItWasTyped) {
  EXPECT_EQ(address(), "http://127.0.0.1:8514/");
  options_.query = "level=ERROR \"a & b\" | count by service";
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=level%3DERROR%20%22a%20%26%20b%22%20%7C%20count%20by%20service");
  options_.query = "größe=1";
  options_.server = "logs.example.org:80";
  EXPECT_EQ(address(), "http://logs.example.org:80/?q=gr%C3%B6%C3%9Fe%3D1");
  options_.server = "https://example.org/logs/";
  EXPECT_EQ(address(), "https://example.org/logs/?q=gr%C3%B6%C3%9Fe%3D1");
}

TEST_F(OpenPage, FlagsBecomeStages) {
  options_.query = "level=ERROR";
  options_.by = {"service"};
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=level%3DERROR%20%7C%20stats%20count%28%29%20by%20service");
  options_.by.clear();
  options_.count_only = true;
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=level%3DERROR%20%7C%20stats%20count%28%29");
  options_.count_only = false;
  options_.follow = true;
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=level%3DERROR&live=1");
}

TEST_F(OpenPage, SpansStayRelativeOtherBoundsAreWrittenInUtc) {
  options_.since = "2h";
  options_.until = "2025-11-21 10:00";
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?timestamp_from=2h&timestamp_to=2025-11-21T09:00:00Z");
  options_.utc = true;
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?timestamp_from=2h&timestamp_to=2025-11-21T10:00:00Z");
  options_.since = "2h ago";
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?timestamp_from=2025-11-21T08:15:30Z&timestamp_to=2025-11-21T10:00:00Z");
}

TEST_F(OpenPage, LocalTimesInTheQueryAreWrittenInUtc) {
  options_.query = "timestamp>2h ago";
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=timestamp%3E2h%20ago");
  options_.query = "a=1 (timestamp>=2025-11-21 OR b=2)";
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=a%3D1%20AND%20%28timestamp%3E%3D%222025-11-20T23:00:00Z%22%20OR%20b%3D2%29");
  options_.utc = true;
  EXPECT_EQ(address(), "http://127.0.0.1:8514/?q=a%3D1%20%28timestamp%3E%3D2025-11-21%20OR%20b%3D2%29");
}

TEST_F(OpenPage, WhatThePageCannotShowIsRefused) {
  EXPECT_TRUE(check_open(options_));
  options_.files = {"access.log"};
  EXPECT_FALSE(check_open(options_));
  options_.files.clear();
  options_.ignore_case = true;
  EXPECT_FALSE(check_open(options_));
  options_.ignore_case = false;
  options_.server = "ftp://host";
  EXPECT_FALSE(check_open(options_));
}

}  // namespace
}  // namespace logmill::logquery
