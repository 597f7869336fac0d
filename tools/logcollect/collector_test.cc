#include "logcollect/collector.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "logcollect/sink_model.h"
#include "support/store_fixture.h"
#include "support/temp_dir.h"

namespace logmill::logcollect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A collector over files in a folder of its own. The kernel has queued an event before the call
// that caused it returns: `follow` has nothing to wait for.
class CollectorTest : public testing::TestWithParam<Discovery::Notice> {
 protected:
  void start(const std::vector<std::string>& patterns, CollectorOptions options = {}, const std::vector<std::string>& exclusions = {}) {
    collector.reset();
    std::vector<std::string> paths;
    for (const std::string& pattern : patterns) paths.push_back(dir.path(pattern));
    discovery = std::make_unique<Discovery>(paths, exclusions, GetParam(), base::null_reporter());
    collector = std::make_unique<Collector>(options, sink.frontiers(), *discovery, clock, base::null_reporter());
    collector->look_at_everything();
    drain();
  }
  void follow() {
    const auto everything = collector->look_at_changes();
    ASSERT_TRUE(everything);
    if (*everything || GetParam() == Discovery::Notice::none) collector->look_at_everything();
    drain();
  }
  void look_around() {
    collector->look_at_everything();
    drain();
  }
  void drain() {
    while (collector->next(batch)) ASSERT_TRUE(sink.take(batch)) << "gap before " << batch.range().from;
  }
  std::vector<std::string> file_names() {
    std::vector<std::string> names;
    for (const std::string& file : sink.files) names.push_back(file.substr(dir.path().size() + 1));
    return names;
  }

  test::TempDir dir;
  record::Batch batch;
  SinkModel sink;
  std::unique_ptr<Discovery> discovery;
  test::FakeClock clock;
  std::unique_ptr<Collector> collector;
};

INSTANTIATE_TEST_SUITE_P(Notice, CollectorTest, testing::Values(Discovery::Notice::inotify, Discovery::Notice::none),
                         [](const auto& test) { return test.param == Discovery::Notice::none ? "poll" : "inotify"; });

TEST_P(CollectorTest, EventsOfSeveralLinesAreCompleteWhenNothingComesForAWhile) {
  const auto joiner = multiline::Joiner::parse("indent");
  CollectorOptions options;
  options.limits.joiner = &*joiner;
  options.joiner_timeout_ns = base::kNsPerSecond;
  dir.write("a.log", "one\n  1\n");
  start({"a.log"}, options);
  EXPECT_THAT(sink.lines, IsEmpty());
  EXPECT_EQ(collector->due_at(), clock.steady_ns() + base::kNsPerSecond);
  clock.advance(base::kNsPerSecond - 1);
  dir.append("a.log", "  2\n");
  follow();
  clock.advance(1);
  follow();
  EXPECT_THAT(sink.lines, IsEmpty()) << "the time runs from the last line";
  clock.advance(base::kNsPerSecond);
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("one\n  1\n  2"));
  EXPECT_EQ(collector->due_at(), -1);
}

TEST_P(CollectorTest, ARotatedFileEndsItsLastEvent) {
  const auto joiner = multiline::Joiner::parse("indent");
  CollectorOptions options;
  options.limits.joiner = &*joiner;
  dir.write("a.log", "one\n  1\n");
  start({"a.log"}, options);
  std::filesystem::rename(dir.path("a.log"), dir.path("a.log.1"));
  dir.write("a.log", "two\n  2\n");
  look_around();
  EXPECT_THAT(sink.lines, IsEmpty());
  while (collector->due_at() >= 0) {
    clock.time = collector->due_at();
    follow();
  }
  EXPECT_THAT(sink.lines, ElementsAre("one\n  1", "two\n  2"));
}

TEST_P(CollectorTest, FollowsFilesThatGrowAndFilesThatAppear) {
  dir.write("a.log", "a1\n");
  start({"*.log"});
  dir.append("a.log", "a2\n");
  dir.write("b.log", "b1\n");
  dir.write("b.txt", "not asked for\n");
  follow();
  dir.append("b.log", "b2\n");
  follow();
  EXPECT_THAT(sink.lines, UnorderedElementsAre("a1", "a2", "b1", "b2"));
  EXPECT_THAT(file_names(), UnorderedElementsAre("a.log", "a.log", "b.log", "b.log"));
}

TEST_P(CollectorTest, FindsFilesInFoldersThatAppearAndVanish) {
  start({"deep/**/*.log"});
  dir.write("deep/x/a.log", "a1\n");
  follow();
  dir.append("deep/x/a.log", "a2\n");
  follow();
  dir.remove("deep");
  follow();
  dir.write("deep/y/b.log", "b1\n");
  follow();
  dir.append("deep/y/b.log", "b2\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("a1", "a2", "b1", "b2"));
}

TEST_P(CollectorTest, LeavesOutWhatIsExcluded) {
  dir.write("a.log", "a\n");
  dir.write("debug.log", "d\n");
  dir.write("old/a.log", "o\n");
  start({"**/*.log"}, {}, {"debug*", dir.path("old/**")});
  dir.write("debug2.log", "d\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("a"));
}

TEST_P(CollectorTest, RenameRotationOldFileToItsEndFirst) {
  dir.write("app.log", "1\n");
  start({"app.log"});
  dir.append("app.log", "2\n");
  dir.rename("app.log", "app.log.1");
  dir.append("app.log.1", "3\n");
  dir.write("app.log", "4\n");
  follow();
  // The program has not reopened its log yet.
  dir.append("app.log.1", "5\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(collector->files(), 2u);
}

TEST_P(CollectorTest, ByNameARotatedFileIsLeftWhenAnotherHasItsName) {
  dir.write("app.log", "1\n");
  start({"app.log"}, {.leave_rotated = true});
  dir.append("app.log", "2\n");
  dir.rename("app.log", "app.log.1");
  follow();
  dir.append("app.log.1", "3\n");  // nobody else has the name yet
  follow();
  dir.append("app.log.1", "4");
  dir.write("app.log", "5\n");
  follow();
  EXPECT_EQ(collector->files(), 1u);
  dir.append("app.log.1", "late\n");
  dir.append("app.log", "6\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_P(CollectorTest, ByNameARotatedFileThatMatchesTooIsFollowedFurther) {
  dir.write("app.log", "1\n");
  start({"app.log*"}, {.leave_rotated = true});
  dir.rename("app.log", "app.log.1");
  dir.write("app.log", "2\n");
  follow();
  dir.append("app.log.1", "3\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3"));
}

TEST_P(CollectorTest, RotationSeenInSeveralSteps) {
  dir.write("app.log", "1\n");
  start({"app.log"});
  dir.rename("app.log", "app.log.1");
  follow();
  dir.append("app.log.1", "2\n");
  follow();
  dir.write("app.log", "3\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3"));
}

TEST_P(CollectorTest, ARotatedFileIsLetGoWhenItsSuccessorIsRotatedToo) {
  dir.write("app.log", "1\n");
  start({"app.log"});
  for (int i = 2; i <= 9; ++i) {
    dir.rename("app.log", "app.log." + std::to_string(i));
    dir.write("app.log", std::to_string(i) + "\n");
    follow();
    EXPECT_LE(collector->files(), 3u);
  }
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

TEST_P(CollectorTest, ARotatedFileThatMatchesTooIsNotReadTwice) {
  dir.write("app.log", "1\n");
  start({"app.log*"});
  dir.rename("app.log", "app.log.1");
  dir.write("app.log", "2\n");
  follow();
  dir.rename("app.log.1", "app.log.2");
  dir.rename("app.log", "app.log.1");
  dir.write("app.log", "3\n");
  follow();
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3"));
  EXPECT_EQ(collector->files(), 3u);
}

TEST_P(CollectorTest, RotatedIntoAFolderThatIsNotWatched) {
  dir.make_directory("archive");
  dir.write("app.log", "1\n");
  start({"app.log"});
  dir.rename("app.log", "archive/app.log");
  follow();
  dir.append("archive/app.log", "2\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2"));
}

TEST_P(CollectorTest, CopyTruncate) {
  dir.write("app.log", "1\n2\n");
  start({"app.log"});
  std::filesystem::copy_file(dir.path("app.log"), dir.path("app.log.1"));
  std::filesystem::resize_file(dir.path("app.log"), 0);
  follow();
  dir.append("app.log", "3\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3"));
  EXPECT_THAT(sink.gap_bytes, ElementsAre(0));
}

TEST_P(CollectorTest, DeletedAndMadeAgainWithTheSameInodeNumber) {
  for (int i = 0; i < 10; ++i) {
    dir.write("app.log", "line " + std::to_string(i) + "\n");
    start({"app.log"});  // a collector that was stopped meanwhile, and resumes
    collector.reset();
    dir.remove("app.log");
  }
  EXPECT_EQ(sink.lines.size(), 10u);
}

TEST_P(CollectorTest, ADeletedFileIsReadToItsEndAndLetGo) {
  dir.write("app.log", "1\n");
  start({"app.log"});
  std::ofstream writer(dir.path("app.log"), std::ios::app);
  dir.remove("app.log");
  follow();
  writer << "2\nlast, unfinished" << std::flush;
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2"));
  look_around();
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "last, unfinished"));
  EXPECT_EQ(collector->files(), 0u);
}

TEST_P(CollectorTest, AOneByteFileIsReadWhenItsLineIsComplete) {
  dir.write("a.log", "x");
  start({"*.log"});
  EXPECT_THAT(sink.lines, IsEmpty());
  dir.append("a.log", "\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("x"));
}

TEST_P(CollectorTest, FilesWithTheSameBeginningAreDifferentFiles) {
  dir.write("a.log", "same\n");
  dir.write("b.log", "same\n");
  start({"*.log"});
  EXPECT_THAT(sink.lines, ElementsAre("same", "same"));
}

TEST_P(CollectorTest, OneFileUnderSeveralNamesIsReadOnce) {
  dir.write("a.log", "1\n");
  std::filesystem::create_hard_link(dir.path("a.log"), dir.path("b.log"));
  std::filesystem::create_symlink(dir.path("a.log"), dir.path("c.log"));
  start({"*.log", "a.*"});
  dir.append("a.log", "2\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2"));
}

TEST_P(CollectorTest, ALinkIsFollowedToWhereItLeads) {
  dir.write("data/app-1.log", "1\n");
  std::filesystem::create_symlink(dir.path("data/app-1.log"), dir.path("current"));
  start({"current"});
  dir.append("data/app-1.log", "2\n");
  follow();
  dir.write("data/app-2.log", "3\n");
  std::filesystem::create_symlink(dir.path("data/app-2.log"), dir.path("next"));
  dir.rename("next", "current");
  follow();
  look_around();
  dir.append("data/app-2.log", "4\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("1", "2", "3", "4"));
}

TEST_P(CollectorTest, StartAtEndIsForFilesThatAreThereAlready) {
  dir.write("a.log", "old\n");
  start({"*.log"}, {.start = Start::end});
  dir.append("a.log", "new\n");
  dir.write("b.log", "all of it\n");
  follow();
  EXPECT_THAT(sink.lines, UnorderedElementsAre("new", "all of it"));
}

TEST_P(CollectorTest, OnceReadsEachFileToItsEndOldestFirst) {
  const auto now = std::filesystem::file_time_type::clock::now();
  for (const auto& [name, age] : {std::pair("a.log", 1), {"b.log", 3}, {"c.log", 2}}) {
    dir.write(name, std::string(name) + " 1\n" + name + " 2");
    std::filesystem::last_write_time(dir.path(name), now - std::chrono::hours(age));
  }
  start({"*.log"}, {.mode = Mode::once, .limits = {.chunk_bytes = 4}});
  EXPECT_THAT(sink.lines, ElementsAre("b.log 1", "b.log 2", "c.log 1", "c.log 2", "a.log 1", "a.log 2"));
  EXPECT_EQ(collector->files(), 0u);
}

TEST_P(CollectorTest, FollowedFilesTakeTurns) {
  dir.write("a.log", "a1\na2\na3\n");
  dir.write("b.log", "b1\nb2\nb3\n");
  start({"*.log"}, {.limits = {.chunk_bytes = 3}});
  EXPECT_THAT(sink.lines, ElementsAre("a1", "b1", "a2", "b2", "a3", "b3"));
}

TEST_P(CollectorTest, ResumesEveryFileWhereTheSinkIs) {
  dir.write("a.log", "a1\na2\n");
  dir.write("b.log", "b1\n");
  start({"*.log"});
  collector.reset();
  dir.append("a.log", "a3\n");
  dir.rename("b.log", "b2.log");
  dir.append("b2.log", "b2\n");
  dir.write("b.log", "new b\n");
  start({"*.log"});
  EXPECT_THAT(sink.lines, UnorderedElementsAre("a1", "a2", "b1", "a3", "b2", "new b"));
}

TEST_P(CollectorTest, AFileThatComesBackIsNotReadTwice) {
  dir.write("a.log", "1\n");
  start({"*.log"});
  for (int i = 0; i < 3; ++i) {
    dir.rename("a.log", "elsewhere");
    follow();
    dir.write("a.log", "other " + std::to_string(i) + "\n");
    follow();
    dir.remove("a.log");
    follow();
    dir.rename("elsewhere", "a.log");
    follow();
  }
  EXPECT_THAT(sink.lines, ElementsAre("1", "other 0", "other 1", "other 2"));
}

TEST_P(CollectorTest, AnUnreadableFileIsCountedAndTheOthersAreRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  dir.write("a.log", "a\n");
  dir.write("b.log", "b\n");
  std::filesystem::permissions(dir.path("a.log"), std::filesystem::perms::none);
  start({"*.log"});
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("b"));
  EXPECT_EQ(collector->failures(), 1u);
}

TEST_P(CollectorTest, FilesBeyondTheLimitWaitUntilOthersAreGone) {
  for (int i = 0; i < 6; ++i) dir.write(std::to_string(i) + ".log", std::to_string(i) + "\n");
  const int lowest = sys::HeldFile::open(dir.path("0.log"))->fd();
  // Two files may be open, beside what watches them.
  start({"*.log"}, {.descriptor_max = lowest + (GetParam() == Discovery::Notice::inotify ? 2 : 1)});
  EXPECT_THAT(sink.lines, ElementsAre("0", "1"));
  look_around();
  for (const char* name : {"0.log", "1.log"}) dir.remove(name);
  for (int i = 0; i < 3; ++i) look_around();
  dir.append("3.log", "more\n");
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("0", "1", "2", "3", "more"));
  EXPECT_EQ(collector->failures(), 0u);
}

TEST_P(CollectorTest, OnceFilesBeyondTheLimitComeWhenOthersAreRead) {
  std::vector<std::string> expected;
  for (int i = 0; i < 7; ++i) {
    expected.push_back(std::to_string(i));
    dir.write(std::to_string(i) + ".log", std::to_string(i) + "\n");
  }
  const int lowest = sys::HeldFile::open(dir.path("0.log"))->fd();
  start({"*.log"}, {.mode = Mode::once, .descriptor_max = lowest + 2});
  EXPECT_THAT(sink.lines, testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(collector->failures(), 0u);
  sink = {};
  start({"*.log"}, {.mode = Mode::once, .descriptor_max = lowest - 1});
  EXPECT_THAT(sink.lines, IsEmpty());
  EXPECT_EQ(collector->failures(), 7u);
  EXPECT_FALSE(collector->next(batch)) << "it does not try for ever";
}

TEST_P(CollectorTest, TimesOfFilesMayJump) {
  dir.write("a.log", "0\n");
  start({"*.log"});
  const auto now = std::filesystem::file_time_type::clock::now();
  std::vector<std::string> expected = {"0"};
  for (const int days : {-20'000, 10'000, 0, -1, -1, 1}) {
    expected.push_back("after " + std::to_string(days));
    dir.append("a.log", expected.back() + "\n");
    std::filesystem::last_write_time(dir.path("a.log"), now + std::chrono::hours(24 * days));
    clock.wall += days * base::kNsPerDay;
    follow();
  }
  EXPECT_EQ(sink.lines, expected);
}

TEST_P(CollectorTest, AFileThatCannotBeReadIsTriedAgainAtTheNextLookOnly) {
  dir.write("a.log", "a\n");
  std::filesystem::create_symlink("/proc/self/mem", dir.path("b.log"));  // reading its beginning is EIO
  start({"*.log"});
  EXPECT_FALSE(collector->next(batch));
  look_around();
  dir.append("a.log", "b\n");
  follow();
  EXPECT_THAT(sink.lines, ElementsAre("a", "b"));
  EXPECT_EQ(collector->failures(), 1u);
}

TEST_P(CollectorTest, LinksThatFormCirclesAreLeftOut) {
  dir.write("x/a.log", "a\n");
  std::filesystem::create_directory_symlink(dir.path(), dir.path("x/up"));
  std::filesystem::create_symlink("loop.log", dir.path("loop.log"));
  std::filesystem::create_symlink("nowhere", dir.path("dangling.log"));
  start({"**/*.log"});
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("a"));
  EXPECT_EQ(collector->failures(), 1u) << "the loop is said; what leads nowhere may be there one day";
}

// Rotation at random, in every way that loses nothing, seen late or early: every line once, in
// order.
TEST_P(CollectorTest, RotationStormLosesAndRepeatsNothing) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    unsigned state = seed;
    const auto random = [&](unsigned below) {
      state = state * 1664525u + 1013904223u;
      return (state >> 16) % below;
    };
    const test::TempDir storm;
    sink = {};
    std::function<void()> between;
    const auto restart = [&] {
      collector.reset();
      discovery =
          std::make_unique<Discovery>(std::vector{storm.path("app.log*")}, std::vector<std::string>{}, GetParam(), base::null_reporter());
      collector = std::make_unique<Collector>(CollectorOptions{.limits = {.chunk_bytes = 32}, .paths_between = 1}, sink.frontiers(),
                                              *discovery, clock, base::null_reporter());
      collector->while_looking([&] { between(); });
      look_around();
    };
    std::vector<std::string> expected;
    int rotations = 0;
    bool all_is_read = false;  // nothing is to be added before the files are looked at
    const auto write_a_line = [&] {
      expected.push_back("line " + std::to_string(expected.size()));
      storm.append("app.log", expected.back() + "\n");
      if (random(5) > 0) return;
      storm.rename("app.log", "app.log." + std::to_string(++rotations));
      storm.write("app.log", "");
    };
    // In the middle of a look, too.
    between = [&] {
      if (!all_is_read && random(8) == 0) write_a_line();
      if (random(2) == 0) {
        ASSERT_TRUE(collector->look_at_changes());
      }
      if (random(2) == 0 && collector->next(batch)) {
        ASSERT_TRUE(sink.take(batch)) << "gap before " << batch.range().from;
      }
    };
    storm.write("app.log", "");
    restart();
    while (expected.size() < 400) {
      write_a_line();
      if (random(4) == 0) follow();
      if (random(10) == 0) look_around();
      // Old ones are deleted, so that their inode numbers are used again: after they were read.
      if (random(6) == 0) {
        all_is_read = true;
        follow();
        look_around();
        if (rotations > 2) storm.remove("app.log." + std::to_string(1 + random(rotations)));
        all_is_read = false;
      }
      if (random(25) == 0) restart();
    }
    all_is_read = true;
    follow();
    look_around();
    std::vector<std::string> got = sink.lines;
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(got, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace logmill::logcollect
