#include "query/language/rewrite.h"

#include <gtest/gtest.h>

namespace logmill::query {
namespace {

std::string rewritten(const std::string& regex, std::string_view replacement, std::string_view text) {
  const auto rewrite = Rewrite::make(regex, replacement);
  if (!rewrite) return "refused";
  return rewrite->apply(text).value_or("no match");
}

TEST(Rewrite, PutsGroupsIntoTheReplacement) {
  EXPECT_EQ(rewritten("(.*)-(\\d+)", "$2/$1", "web-17"), "17/web");
  EXPECT_EQ(rewritten("(?P<name>.*)-.*", "${name}s at $name", "web-17"), "webs at web");
  EXPECT_EQ(rewritten("a|b", "$0", "b"), "b");
  EXPECT_EQ(rewritten("a\n?.b", "all", "a\n\nb"), "all");
}

TEST(Rewrite, TheWholeTextIsToMatch) {
  EXPECT_EQ(rewritten("web", "x", "web-17"), "no match");
  EXPECT_EQ(rewritten("a|b", "x", "ab"), "no match");
  EXPECT_EQ(rewritten("(", "x", "("), "refused");
}

TEST(Rewrite, DollarsAsInGo) {
  EXPECT_EQ(rewritten("(a)", "$$1 $ ${1 ${}", "a"), "$1 $ ${1 ${}");
  EXPECT_EQ(rewritten("(a)", "<$1x><$2><${none}>", "a"), "<><><>");
}

}  // namespace
}  // namespace logmill::query
