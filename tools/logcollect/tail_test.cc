#include "logcollect/tail.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logcollect/same_epoch.h"
#include "logcollect/sink_model.h"

#include "support/temp_dir.h"

namespace logmill::logcollect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TailTest : public testing::Test {
 protected:
  Tail open(const TailLimits& limits = {}) {
    return Tail(*sys::HeldFile::open(dir.path("f")), "f", {1}, limits, "box", base::null_reporter());
  }
  void read_to_end(Tail& tail, multiline::More more = multiline::More::expected) {
    while (true) {
      const auto step = tail.read(batch, more);
      ASSERT_TRUE(step) << step.error().what;
      if (!batch.empty()) {
        ASSERT_TRUE(sink.take(batch)) << "gap before " << batch.range().from;
      }
      if (*step == Tail::Step::at_end) return;
    }
  }
  test::TempDir dir;
  record::Batch batch;
  SinkModel sink;
};

TEST_F(TailTest, ReadsWhatIsThereAndWhatIsAdded) {
  dir.write("f", "one\ntwo\n");
  Tail tail = open();
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two"));
  EXPECT_FALSE(*tail.changed());
  dir.append("f", "three\n");
  EXPECT_TRUE(*tail.changed());
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "three"));
}

TEST_F(TailTest, SaysWhereEachRecordCameFrom) {
  dir.write("f", "one\ntwo\n");
  Tail tail = open();
  ASSERT_TRUE(tail.read(batch, multiline::More::expected));
  EXPECT_EQ(batch.range().from, 0u);
  EXPECT_EQ(batch.range().to, 8u);
  EXPECT_THAT(batch.positions(), ElementsAre(0, 4));
  EXPECT_EQ(batch.get("file", 1).text(), "f");
  EXPECT_EQ(batch.get("host", 1).text(), "box");
}

TEST_F(TailTest, HoldsBackALineWithoutItsEnd) {
  dir.write("f", "one\ntw");
  Tail tail = open();
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one"));
  dir.append("f", "o");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one"));
  dir.append("f", "\nthr");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two"));
  read_to_end(tail, multiline::More::none);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "thr"));
  EXPECT_EQ(sink.cut, 0u);
}

TEST_F(TailTest, TheRestOfALineThatWasHandedOverUnfinishedIsMarked) {
  dir.write("f", "tw");
  Tail tail = open();
  read_to_end(tail, multiline::More::none);
  dir.append("f", "o\nthree\n");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("tw", "o", "three"));
  EXPECT_EQ(sink.cut, 1u);
}

TEST_F(TailTest, KeepsEveryByteValue) {
  std::string line;
  for (int byte = 0; byte < 256; ++byte)
    if (byte != '\n') line.push_back(static_cast<char>(byte));
  dir.write("f", line + "\n\n\r\n" + line + "\n");
  Tail tail = open();
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre(line, "", "\r", line));
}

TEST_F(TailTest, LinesLongerThanAChunkAreRead) {
  const std::string line(1000, 'x');
  dir.write("f", line + "\n" + line + "y\nshort\n");
  Tail tail = open({.chunk_bytes = 64, .line_bytes_max = 4096});
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre(line, line + "y", "short"));
}

TEST_F(TailTest, LinesAreCutInTheSamePlacesHoweverTheyAreRead) {
  const std::string line(1000, 'x');
  for (const std::size_t chunk : {16u, 99u, 100u, 101u, 5000u}) {
    dir.write("f", line + "\nshort\n");
    sink = {};
    Tail tail = open({.chunk_bytes = chunk, .line_bytes_max = 300});
    read_to_end(tail);
    EXPECT_THAT(sink.lines, ElementsAre(line.substr(0, 300), line.substr(0, 300), line.substr(0, 300), line.substr(0, 100), "short"));
    EXPECT_EQ(sink.cut, 4u);
  }
}

TEST_F(TailTest, MoreRecordsThanABatchHolds) {
  dir.write("f", std::string(2 * record::Batch::kRowsMax + 1, '\n'));
  Tail tail = open();
  read_to_end(tail);
  EXPECT_EQ(sink.lines.size(), 2 * record::Batch::kRowsMax + 1);
}

TEST_F(TailTest, AnEventOfSeveralLinesWaitsForTheNextOrAPause) {
  const auto joiner = multiline::Joiner::parse("indent");
  dir.write("f", "one\n  1\ntwo\n  2\n");
  Tail tail = open({.joiner = &*joiner});
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one\n  1"));
  EXPECT_EQ(tail.frontier().position, 8u);
  EXPECT_TRUE(tail.holds_event());
  dir.append("f", "  3\n");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one\n  1"));
  read_to_end(tail, multiline::More::paused);
  EXPECT_THAT(sink.lines, ElementsAre("one\n  1", "two\n  2\n  3"));
  EXPECT_FALSE(tail.holds_event());
  dir.append("f", "  late\nthr");
  read_to_end(tail);
  read_to_end(tail, multiline::More::paused);
  EXPECT_THAT(sink.lines, ElementsAre("one\n  1", "two\n  2\n  3", "  late"));
}

TEST_F(TailTest, KilledWithinAnEventItIsReadAgainFromItsFirstLine) {
  const auto joiner = multiline::Joiner::parse("start:^=");
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back("= " + std::to_string(i));
    for (int line = 0; line < i % 4; ++line) expected.back() += "\n  " + std::to_string(line);
    text += expected.back() + "\n";
  }
  for (std::size_t written = 0; written < text.size(); written += 7) {
    dir.write("f", "");
    dir.append("f", text.substr(0, written));
    sink = {};
    {
      Tail tail = open({.chunk_bytes = 16, .joiner = &*joiner});
      read_to_end(tail);
    }
    dir.append("f", text.substr(written));
    Tail tail = open({.chunk_bytes = 16, .joiner = &*joiner});
    if (const auto frontiers = sink.frontiers(); !frontiers.empty()) {
      ASSERT_TRUE(tail.resume(frontiers[0]));
    }
    read_to_end(tail, multiline::More::none);
    ASSERT_EQ(sink.lines, expected) << "stopped at " << written;
  }
}

TEST_F(TailTest, ATruncatedFileStartsAgainInANewEpoch) {
  dir.write("f", "one\ntwo\n");
  Tail tail = open();
  read_to_end(tail);
  const std::uint32_t before = tail.frontier().epoch;
  dir.write("f", "new\n");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "new"));
  EXPECT_GT(tail.frontier().epoch, before);
  EXPECT_THAT(sink.gap_bytes, ElementsAre(0));  // nobody knows of more
}

TEST_F(TailTest, TruncatedAndFilledToTheSameSizeIsNoticed) {
  dir.write("f", "one\ntwo\n");
  Tail tail = open();
  read_to_end(tail);
  dir.write("f", "ONE\nTWO\n");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "ONE", "TWO"));
}

TEST_F(TailTest, TruncatedAndFilledBeyondTheOldSizeIsNoticed) {
  dir.write("f", "one\ntwo\n");
  Tail tail = open();
  read_to_end(tail);
  dir.write("f", "something much longer\nthan before\n");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "something much longer", "than before"));
}

TEST_F(TailTest, WhatIsKnownToBeLostInATruncationIsRecorded) {
  dir.write("f", "one\nunfinished");
  Tail tail = open();
  read_to_end(tail);
  std::filesystem::resize_file(dir.path("f"), 0);
  read_to_end(tail);
  EXPECT_THAT(sink.gap_bytes, IsEmpty());  // it goes with the first new record
  dir.append("f", "new\n");
  read_to_end(tail);
  EXPECT_THAT(sink.gap_bytes, ElementsAre(10));
  EXPECT_THAT(sink.lines, ElementsAre("one", "new"));
}

TEST_F(TailTest, TwoTruncationsWithoutARecordBetweenThemAreOneGap) {
  dir.write("f", "one\nunfinished");
  Tail tail = open();
  read_to_end(tail);
  dir.write("f", "x");
  read_to_end(tail);
  std::filesystem::resize_file(dir.path("f"), 0);
  read_to_end(tail);
  dir.append("f", "new\n");
  read_to_end(tail);
  EXPECT_THAT(sink.gap_bytes, ElementsAre(10));
  EXPECT_THAT(sink.lines, ElementsAre("one", "new"));
}

// Killed after it saw more than is stored: how much is forgotten, but not that something is missing.
TEST_F(TailTest, AfterARestartATruncationIsAGapToo) {
  dir.write("f", "one\ntwo\n");
  Tail first = open();
  read_to_end(first);
  const store::Frontier frontier = first.frontier();
  dir.write("f", "three\n");
  Tail tail = open();
  ASSERT_TRUE(tail.resume(frontier));
  read_to_end(tail);
  EXPECT_THAT(sink.gap_bytes, ElementsAre(0));
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "three"));
}

TEST_F(TailTest, StartsAtTheEndWhenAsked) {
  dir.write("f", "old\nold too\n");
  Tail tail = open();
  ASSERT_TRUE(tail.start_at_end());
  read_to_end(tail);
  dir.append("f", "new\n");
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("new"));
  EXPECT_EQ(sink.cut, 0u);
}

TEST_F(TailTest, ResumesWhereTheSinkIs) {
  dir.write("f", "one\ntwo\nthree\n");
  store::Frontier frontier;
  {
    Tail tail = open();
    read_to_end(tail);
    frontier = tail.frontier();
  }
  dir.append("f", "four\n");
  Tail tail = open();
  ASSERT_TRUE(tail.resume(frontier));
  read_to_end(tail);
  EXPECT_THAT(sink.lines, ElementsAre("one", "two", "three", "four"));
}

TEST_F(TailTest, ResumesFromTheBeginningWhenTheContentIsAnother) {
  dir.write("f", "one\ntwo\n");
  store::Frontier frontier;
  {
    Tail tail = open();
    read_to_end(tail);
    frontier = tail.frontier();
  }
  for (const std::string content : {"s\n", "ONE\nTWO\n", "longer than it was before\nand more\n"}) {
    dir.write("f", content);
    Tail tail = open();
    ASSERT_TRUE(tail.resume(frontier));
    ASSERT_TRUE(tail.read(batch, multiline::More::expected));
    EXPECT_EQ(batch.range().from, 0u) << content;
    EXPECT_GT(batch.range().epoch, frontier.epoch);
  }
}

TEST_F(TailTest, ResumesFromTheBeginningWhenOnlyTheWholeHashOfTheFirstLineDiffers) {
  const std::string first = "the first line\n";
  dir.write("f", first + "two\n");
  store::Frontier frontier;
  {
    Tail tail = open();
    read_to_end(tail);
    frontier = tail.frontier();
  }
  dir.write("f", line_of_same_epoch(first) + "two\nthree\n");
  Tail tail = open();
  ASSERT_TRUE(tail.resume(frontier));
  ASSERT_TRUE(tail.read(batch, multiline::More::expected));
  EXPECT_EQ(batch.range().from, 0u);
  EXPECT_EQ(batch.rows(), 4u);  // with the GAP
  EXPECT_GT(batch.range().epoch, frontier.epoch);
}

// Stop after any record, start again from what the sink has: every line once, whatever was in
// flight.
TEST_F(TailTest, StoppedAnywhereAndResumedEveryLineComesOnce) {
  std::string content;
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    expected.push_back("line " + std::to_string(i) + std::string(i % 17, '.'));
    content += expected.back() + "\n";
  }
  dir.write("f", content);
  const TailLimits small{.chunk_bytes = 100, .line_bytes_max = 200};
  for (std::size_t reads = 1; reads < 40; ++reads) {
    sink = {};
    for (int round = 0; sink.lines.size() < expected.size(); ++round) {
      ASSERT_LT(round, 1000);
      Tail tail = open(small);
      for (const store::Frontier& frontier : sink.frontiers()) ASSERT_TRUE(tail.resume(frontier));
      for (std::size_t i = 0; i < reads; ++i) {
        ASSERT_TRUE(tail.read(batch, multiline::More::expected));
        // The last batch before the kill does not arrive.
        if (!batch.empty() && (reads == 1 || i + 1 < reads)) {
          ASSERT_TRUE(sink.take(batch));
        }
      }
    }
    ASSERT_EQ(sink.lines, expected) << "stopped after " << reads << " reads";
  }
}

}  // namespace
}  // namespace logmill::logcollect
