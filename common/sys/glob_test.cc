#include "sys/glob.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "support/temp_dir.h"

namespace logmill::sys {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Walked {
  std::vector<std::string> matches;
  std::set<std::string> directories;
};

Walked walk(const Glob& glob) {
  Walked walked;
  glob.walk({.match = [&](const std::string& path) { walked.matches.push_back(path); },
             .directory = [&](const std::string& path) { walked.directories.insert(path); }});
  return walked;
}

// In a folder of its own, which is the current one during the test.
class GlobTest : public testing::Test {
 protected:
  void SetUp() override {
    before = std::filesystem::current_path();
    std::filesystem::current_path(dir.path());
    for (const char* name : {"a.log", "b.log", "b.txt", ".hidden.log", "x/c.log", "x/y/d.log", "x/.git/e.log"}) dir.write(name, "");
  }
  void TearDown() override { std::filesystem::current_path(before); }
  std::filesystem::path before;
  test::TempDir dir;
};

TEST_F(GlobTest, StarStaysWithinOneDirectoryAndSkipsHiddenNames) {
  const Walked walked = walk(Glob("*.log"));
  EXPECT_THAT(walked.matches, ElementsAre("a.log", "b.log"));
  EXPECT_THAT(walked.directories, ElementsAre(""));
  EXPECT_THAT(walk(Glob("./[ab].???")).matches, ElementsAre("./a.log", "./b.log", "./b.txt"));
  EXPECT_THAT(walk(Glob("*/*.log")).matches, ElementsAre("x/c.log"));
  EXPECT_THAT(walk(Glob(".*.log")).matches, ElementsAre(".hidden.log"));
}

TEST_F(GlobTest, TwoStarsMatchAnyNumberOfDirectories) {
  const Walked walked = walk(Glob("**/*.log"));
  EXPECT_THAT(walked.matches, UnorderedElementsAre("a.log", "b.log", "x/c.log", "x/y/d.log"));
  EXPECT_THAT(walked.directories, ElementsAre("", "x", "x/y"));
  EXPECT_THAT(walk(Glob(dir.path() + "/x/**")).matches, UnorderedElementsAre(dir.path("x/c.log"), dir.path("x/y"), dir.path("x/y/d.log")));
}

TEST_F(GlobTest, TwoStarsDoNotFollowLinksInCircles) {
  std::filesystem::create_directory_symlink(dir.path(), dir.path("x/loop"));
  EXPECT_THAT(walk(Glob("**/d.log")).matches, UnorderedElementsAre("d.log", "x/d.log", "x/y/d.log"));
}

TEST_F(GlobTest, ALiteralPathIsReportedWhetherItIsThereOrNot) {
  EXPECT_THAT(walk(Glob("absent.log")).matches, ElementsAre("absent.log"));
  const Walked walked = walk(Glob::literal("x/no/such/[f].log"));
  EXPECT_THAT(walked.matches, ElementsAre("x/no/such/[f].log"));
  EXPECT_THAT(walked.directories, ElementsAre("x"));
}

TEST_F(GlobTest, AMissingDirectoryIsWaitedForInTheNearestOneAbove) {
  const Walked walked = walk(Glob(dir.path() + "/x/later/on/*.log"));
  EXPECT_THAT(walked.matches, IsEmpty());
  EXPECT_THAT(walked.directories, ElementsAre(dir.path("x")));
}

TEST(Glob, MatchesWhatItsWalkReports) {
  EXPECT_TRUE(Glob("/var/log/*.log").matches("/var/log/a.log"));
  EXPECT_FALSE(Glob("/var/log/*.log").matches("/var/log/x/a.log"));
  EXPECT_FALSE(Glob("/var/log/*.log").matches("var/log/a.log"));
  EXPECT_FALSE(Glob("/var/log/*.log").matches("/var/log/.a.log"));
  EXPECT_TRUE(Glob("/var/**/a.log").matches("/var/a.log"));
  EXPECT_TRUE(Glob("/var/**/a.log").matches("/var/x/y/a.log"));
  EXPECT_FALSE(Glob("/var/**/a.log").matches("/var/x/y/b.log"));
  EXPECT_TRUE(Glob("/var/**").matches("/var/x/y"));
  EXPECT_FALSE(Glob("/var/**").matches("/var"));
  EXPECT_TRUE(Glob("a[1].log").matches("a1.log"));
  EXPECT_TRUE(Glob::literal("a[1].log").matches("a[1].log"));
  EXPECT_FALSE(Glob::literal("a[1].log").matches("a1.log"));
}

TEST(Glob, KnowsWhetherItIsLiteral) {
  EXPECT_TRUE(Glob("/var/log/syslog").is_literal());
  EXPECT_FALSE(Glob("/var/log/*").is_literal());
  EXPECT_FALSE(Glob("/var/*/x").is_literal());
  EXPECT_TRUE(Glob::literal("/var/*").is_literal());
}

TEST(GlobCheck, ASetThatIsNotClosedIsRefused) {
  for (const char* good : {"a", "*.log", "[z]", "[]z]", "[!]]", "[[]z", "a/[0-9]/b", "\\[z", "z]", "[[:digit:]]"})
    EXPECT_TRUE(Glob::check(good)) << good;
  for (const char* bad : {"[z", "[", "[]", "[!]", "a/[z/b]", "x[a]y[b", "/var/log/[a-z*.log"}) EXPECT_FALSE(Glob::check(bad)) << bad;
}

}  // namespace
}  // namespace logmill::sys
