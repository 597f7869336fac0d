#include "http/request.h"

#include <gtest/gtest.h>

namespace logmill::http {
namespace {

TEST(ParseTarget, PathAndParametersAreDecoded) {
  const auto target = parse_target("/logs/search?q=level%3DERROR+AND%20%22a+b%22&limit=5&empty=&flag");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/logs/search");
  const std::vector<std::pair<std::string, std::string>> wanted{
      {"q", "level=ERROR AND \"a b\""}, {"limit", "5"}, {"empty", ""}, {"flag", ""}};
  EXPECT_EQ(target->parameters, wanted);
}

TEST(ParseTarget, APlusInAPathIsAPlus) { EXPECT_EQ(parse_target("/a+b%2Bc")->path, "/a+b+c"); }

TEST(ParseTarget, WhatIsBehindAHashIsNotForUs) { EXPECT_EQ(parse_target("/a?b=1#c")->parameters.at(0).second, "1"); }

TEST(ParseTarget, RefusesWhatIsNoPath) {
  for (const char* text : {"", "*", "logs", "http://host/logs", "?q=1"}) EXPECT_FALSE(parse_target(text)) << text;
}

TEST(ParseTarget, RefusesHalfAnEscape) {
  for (const char* text : {"/%", "/%4", "/%zz", "/%+1", "/a?q=%", "/a?q=%2", "/a?%gg=1", "/a?q=%-1"})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(Request, TheFirstHeaderAndParameterOfAName) {
  Request request;
  request.headers = {{"a", "1"}, {"a", "2"}};
  request.target.parameters = {{"p", "x"}, {"p", "y"}};
  EXPECT_EQ(request.header("a"), "1");
  EXPECT_EQ(request.header("b"), "");
  EXPECT_EQ(request.parameter("p"), "x");
  EXPECT_EQ(request.parameter("q"), std::nullopt);
}

}  // namespace
}  // namespace logmill::http
