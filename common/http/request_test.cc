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

TEST(ParseForm, ABodyIsLikeWhatIsBehindTheQuestionMark) {
  const auto form = parse_form("query=%7Ba%3D%22b+c%22%7D&match[]=1&match[]=2&&=x&flag");
  ASSERT_TRUE(form);
  const Parameters wanted{{"query", "{a=\"b c\"}"}, {"match[]", "1"}, {"match[]", "2"}, {"", "x"}, {"flag", ""}};
  EXPECT_EQ(*form, wanted);
  EXPECT_TRUE(parse_form("")->empty());
  EXPECT_FALSE(parse_form("a=%4"));
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

TEST(AppendParameter, GivesBackWhatItWasGiven) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  std::string address = "/";
  append_parameter(address, "q", all);
  append_parameter(address, "none", "");
  append_parameter(address, "to", "2h");
  const auto target = parse_target(address);
  ASSERT_TRUE(target) << target.error().what;
  EXPECT_EQ(target->parameters, (Parameters{{"q", all}, {"to", "2h"}}));
}

}  // namespace
}  // namespace logmill::http
