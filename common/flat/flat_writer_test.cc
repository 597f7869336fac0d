#include "flat/flat_writer.h"

#include <gtest/gtest.h>

#include "support/flat_fixture.h"
#include "support/temp_dir.h"

namespace logmill::flat {
namespace {

using test::FlatFixture;

constexpr std::int64_t kNsPerHour = 3'600 * base::kNsPerSecond;

class FlatWriterTest : public ::testing::Test, protected FlatFixture {
 protected:
  std::unique_ptr<FlatWriter> open() { return *FlatFixture::open(); }
  static void put(FlatWriter& writer, std::string_view line) {
    ASSERT_TRUE(append(writer, line));
    ASSERT_TRUE(writer.commit());
  }
};

TEST_F(FlatWriterTest, RotatesBetweenLinesAndCompresses) {
  options.rotate_bytes = 10;
  auto writer = open();
  for (const char* line : {"first", "second", "third"}) put(*writer, line);
  EXPECT_EQ(fs.files(),
            (std::vector<std::string>{"logs/app-20261121T101500Z.log.zst", "logs/app-20261121T101501Z.log.zst", "logs/app.log"}));
  EXPECT_EQ(inflated("logs/app-20261121T101500Z.log.zst"), "first\n");
  EXPECT_EQ(inflated("logs/app-20261121T101501Z.log.zst"), "second\n");
  EXPECT_EQ(fs.content("logs/app.log"), "third\n");
}

TEST_F(FlatWriterTest, NoFileGrowsBeyondTheSizeWhateverComesAtOnce) {
  options.rotate_bytes = 50;
  options.archive.container = codec::Container::none;
  auto writer = open();
  ASSERT_TRUE(append(*writer, 0, 100));
  ASSERT_TRUE(append(*writer, "a line that is longer than a file may be: it has one of its own"));
  ASSERT_TRUE(append(*writer, 100, 110));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(text(), lines(0, 100) + "a line that is longer than a file may be: it has one of its own\n" + lines(100, 110));
  for (const std::string& file : fs.files())
    EXPECT_TRUE(file.ends_with(".positions") || fs.content(file).size() <= 50 || fs.content(file).starts_with("a line")) << file;
  EXPECT_EQ(frontier(), 110u);
}

TEST_F(FlatWriterTest, AFullDiskLeavesNoHalfLine) {
  auto writer = open();
  put(*writer, "a line");
  fs.set_capacity(10);
  ASSERT_TRUE(append(*writer, "another line"));
  EXPECT_EQ(writer->commit().error().code, base::ErrorCode::again);
  EXPECT_EQ(fs.content("logs/app.log"), "a line\n");
  fs.set_capacity(UINT64_MAX);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(fs.content("logs/app.log"), "a line\nanother line\n");
}

TEST_F(FlatWriterTest, AnUnfinishedLineIsEnded) {
  put(*open(), "whole");
  fs.content("logs/app.log") += "half of a li";
  put(*open(), "next");
  EXPECT_EQ(fs.content("logs/app.log"), "whole\nhalf of a li\nnext\n");
}

TEST_F(FlatWriterTest, WhatAnotherProgramAppendsStays) {
  auto writer = open();
  put(*writer, "ours");
  fs.content("logs/app.log") += "theirs";
  put(*writer, "ours again");
  EXPECT_EQ(fs.content("logs/app.log"), "ours\ntheirs\nours again\n");
}

TEST_F(FlatWriterTest, ASecondWriterIsRefused) {
  const auto writer = open();
  const auto second = FlatFixture::open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::again);
  EXPECT_EQ(second.error().what, "logs/app.log: another logstore writes to it");
}

TEST_F(FlatWriterTest, ReopensWhatAnotherProgramRenamed) {
  auto writer = open();
  put(*writer, "before");
  ASSERT_TRUE(fs.rename("logs/app.log", "logs/app.log.1"));
  put(*writer, "still before");
  writer->reopen();
  ASSERT_TRUE(writer->tick());
  put(*writer, "after");
  EXPECT_EQ(fs.content("logs/app.log.1"), "before\nstill before\n");
  EXPECT_EQ(fs.content("logs/app.log"), "after\n");
}

TEST_F(FlatWriterTest, KeepsWhatIsToBeKept) {
  options.rotate_bytes = 1;
  options.archive.retention.keep_count = 2;
  auto writer = open();
  for (int i = 0; i < 5; ++i) put(*writer, "line " + std::to_string(i));
  ASSERT_EQ(fs.files().size(), 3u);
  EXPECT_EQ(text(), lines(2, 5));
}

TEST_F(FlatWriterTest, RotatesAtTheFullHourIfThereIsSomething) {
  options.rotate_at = *parse_rotation_clock("hourly");
  auto writer = open();
  clock.advance(2 * kNsPerHour);
  put(*writer, "in the third hour");
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().rotations, 0u);
  clock.advance(kNsPerHour);
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().rotations, 1u);
  EXPECT_EQ(fs.content("logs/app.log"), "");
}

TEST_F(FlatWriterTest, RotatesAtTheFullHourAlsoAfterAClockThatWasYearsAhead) {
  options.rotate_at = *parse_rotation_clock("hourly");
  auto writer = open();
  put(*writer, "before");
  constexpr std::int64_t kAhead = 3'650 * base::kNsPerDay;
  clock.wall += kAhead;
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().rotations, 1u);
  put(*writer, "begun in another decade");
  clock.wall -= kAhead;
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().rotations, 1u);
  clock.advance(kNsPerHour);
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().rotations, 2u);
}

TEST_F(FlatWriterTest, AClockThatGoesYearsForwardDeletesNothingForADay) {
  options.archive.retention = {.keep_age_ns = 7 * base::kNsPerDay};
  options.rotate_bytes = 1;
  auto writer = open();
  put(*writer, "line 0");
  put(*writer, "line 1");
  clock.wall += 3'650 * base::kNsPerDay;
  put(*writer, "line 2");
  put(*writer, "line 3");
  EXPECT_EQ(text(), lines(0, 4));
  clock.advance(base::kNsPerDay);
  put(*writer, "line 4");
  EXPECT_EQ(text(), lines(1, 5)) << "then it is believed";
}

TEST_F(FlatWriterTest, NamesSortByTimeAlsoWhenTheClockIsSetBack) {
  options.rotate_bytes = 1;
  auto writer = open();
  for (int i = 0; i < 6; ++i) {
    if (i == 3) clock.advance(-kNsPerHour);
    put(*writer, "line " + std::to_string(i));
  }
  std::string all;
  for (const std::string& file : fs.files())  // as a shell lists them
    if (file.ends_with(".zst")) all += inflated(file);
  EXPECT_EQ(all, lines(0, 5));
}

TEST_F(FlatWriterTest, AFolderThatMayNotBeChangedIsNoReasonToStopWriting) {
  options.rotate_bytes = 10;
  auto writer = open();
  put(*writer, "a line");
  ASSERT_TRUE(append(*writer, "another line"));
  fs.fail_change(1, base::ErrorCode::io);  // the rename
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(fs.content("logs/app.log"), "a line\nanother line\n");
  clock.advance(2 * kNsPerHour);
  put(*writer, "later");
  EXPECT_EQ(fs.content("logs/app.log"), "later\n");
}

TEST_F(FlatWriterTest, TellsOfEachRotatedFileOnceItIsComplete) {
  for (const codec::Container container : {codec::Container::zstd, codec::Container::none}) {
    std::vector<std::string> told;
    path = container == codec::Container::none ? "plain/app.log" : "logs/app.log";
    options.rotate_bytes = 1;
    options.archive.container = container;
    options.archive.on_archived = [&](const std::string& file) {
      EXPECT_TRUE(fs.info(file)) << file;
      told.push_back(file);
    };
    auto writer = open();
    for (int i = 0; i < 3; ++i) put(*writer, "line");
    const std::string suffix(container_suffix(container));
    const std::string stem = path.substr(0, path.size() - 4);
    EXPECT_EQ(told, (std::vector<std::string>{stem + "-20261121T101500Z.log" + suffix, stem + "-20261121T101501Z.log" + suffix}));
  }
}

// A kill between the two steps of a compression leaves both; the next run may be asked for another kind.
TEST_F(FlatWriterTest, AFileThatIsCompressedAlreadyIsNotCompressedAgain) {
  for (const codec::Container container : {codec::Container::gzip, codec::Container::zstd, codec::Container::none}) {
    ASSERT_TRUE(fs.make_directories("logs"));
    for (const char* suffix : {"", ".zst"})
      ASSERT_TRUE(fs.open(std::string("logs/app-20261121T101400Z.log") + suffix, sys::OpenMode::create));
    options.archive.container = container;
    auto writer = open();
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(fs.files(), (std::vector<std::string>{"logs/app-20261121T101400Z.log.zst", "logs/app.log"}));
    ASSERT_TRUE(fs.remove("logs/app-20261121T101400Z.log.zst"));
  }
}

// On a real disk: the file system in memory is for one thread.
TEST_F(FlatWriterTest, CompressesInAThreadOfItsOwn) {
  const test::TempDir dir;
  options.rotate_bytes = 1;
  options.archive.work = ArchiverOptions::Work::in_background;
  auto writer = *FlatWriter::open(sys::os_file_system(), dir.path("app.log"), options, clock, base::null_reporter());
  put(*writer, "line 0");
  put(*writer, "line 1");
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(dir.read("app.log"), "line 1\n");
  EXPECT_FALSE(std::filesystem::exists(dir.path("app-20261121T101500Z.log")));
  const std::string compressed = dir.read("app-20261121T101500Z.log.zst");
  const auto inflater = codec::make_inflater(codec::Container::zstd);
  std::string text(100, '\0');
  std::string_view rest = compressed;
  text.resize(*inflater->inflate(rest, text));
  EXPECT_EQ(text, "line 0\n");
}

// --- positions ---

TEST_F(FlatWriterTest, UnnamedLinesNeedNoPositions) {
  put(*open(), "line");
  EXPECT_EQ(fs.files(), (std::vector<std::string>{"logs/app.log"}));
}

TEST_F(FlatWriterTest, RepeatsAreDroppedAndGapsRefused) {
  auto writer = open();
  ASSERT_TRUE(append(*writer, 0, 5));
  ASSERT_TRUE(append(*writer, 3, 7));
  ASSERT_TRUE(append(*writer, 1, 4));
  EXPECT_EQ(append(*writer, 8, 9).error().code, base::ErrorCode::again);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(text(), lines(0, 7));
  EXPECT_EQ(writer->counters().records_repeated, 5u);
  EXPECT_EQ(frontier(), 7u);
}

TEST_F(FlatWriterTest, WhatACrashLeavesOfACommitIsTakenBack) {
  auto writer = open();
  ASSERT_TRUE(append(*writer, 0, 5));
  ASSERT_TRUE(writer->commit());
  ASSERT_TRUE(append(*writer, 5, 9));
  ASSERT_TRUE(writer->commit());
  writer.reset();
  fs.content("logs/app.log").resize(lines(0, 7).size() + 3);
  EXPECT_EQ(frontier(), 5u);
  put(*open(), "unnamed");
  EXPECT_EQ(text(), lines(0, 5) + "unnamed\n");
  put(*open(), "and once more");
  EXPECT_EQ(text(), lines(0, 5) + "unnamed\nand once more\n");
}

// logrotate renamed the file, and before logstore could be told, it was killed in the middle of a
// commit.
TEST_F(FlatWriterTest, ARenamedFileIsFoundAgain) {
  auto writer = open();
  ASSERT_TRUE(append(*writer, 0, 5));
  ASSERT_TRUE(writer->commit());
  ASSERT_TRUE(fs.rename("logs/app.log", "logs/app.log.1"));
  ASSERT_TRUE(append(*writer, 5, 9));
  ASSERT_TRUE(writer->commit());
  writer.reset();
  EXPECT_EQ(frontier(), 9u);
  fs.content("logs/app.log.1").resize(lines(0, 7).size());
  EXPECT_EQ(frontier(), 5u);
  writer = open();
  EXPECT_EQ(fs.content("logs/app.log.1"), lines(0, 5));
  ASSERT_TRUE(append(*writer, 5, 9));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(fs.content("logs/app.log"), lines(5, 9));
}

TEST_F(FlatWriterTest, PositionsOutliveTheFilesThatRetentionDeletes) {
  options.rotate_bytes = 1;
  options.archive.retention.keep_count = 1;
  auto writer = open();
  for (std::uint64_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(append(*writer, i, i + 1));
    ASSERT_TRUE(writer->commit());
  }
  ASSERT_TRUE(fs.remove("logs/app.log"));
  EXPECT_GE(frontier(), 4u);
}

TEST_F(FlatWriterTest, ARestoredCopyHasItsPositions) {
  auto writer = open();
  ASSERT_TRUE(append(*writer, 0, 5));
  ASSERT_TRUE(writer->commit());
  writer.reset();
  const std::string content = fs.content("logs/app.log");
  ASSERT_TRUE(fs.remove("logs/app.log"));
  ASSERT_TRUE((*fs.open("logs/app.log", sys::OpenMode::create))->append(content));
  EXPECT_EQ(frontier(), 5u);
}

TEST_F(FlatWriterTest, DamagedPositionsAreSaid) {
  auto writer = open();
  for (std::uint64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(append(*writer, i, i + 1));
    ASSERT_TRUE(writer->commit());
  }
  writer.reset();
  std::string& positions = fs.content("logs/app.log.positions");
  positions[positions.size() / 2] = static_cast<char>(positions[positions.size() / 2] ^ 1);
  const auto refused = FlatFixture::open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::corrupt);
  EXPECT_NE(refused.error().what.find("logs/app.log.positions: damaged at byte"), std::string::npos) << refused.error().what;
}

TEST_F(FlatWriterTest, PositionsStaySmall) {
  options.sync = store::SyncPolicy::none;
  auto writer = open();
  for (std::uint64_t i = 0; i < 40'000; ++i) {
    ASSERT_TRUE(append(*writer, i, i + 1));
    ASSERT_TRUE(writer->commit());
  }
  EXPECT_LT(fs.content("logs/app.log.positions").size(), 1'200'000u);
  EXPECT_EQ(frontier(), 40'000u);
}

}  // namespace
}  // namespace logmill::flat
