#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/deflate.h"
#include "logcollect/collector.h"
#include "logcollect/same_epoch.h"
#include "logcollect/sink_model.h"

#include "support/store_fixture.h"
#include "support/temp_dir.h"

namespace logmill::logcollect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A collector that is stopped and started again, while logs are rotated and compressed.
class CollectorArchivesTest : public testing::TestWithParam<codec::Container> {
 protected:
  void start(CollectorOptions options = {}) {
    collector.reset();
    options.archives = Archives::copies;
    discovery = std::make_unique<Discovery>(std::vector{dir.path("app.log*")}, std::vector<std::string>{}, Discovery::Notice::none,
                                            base::null_reporter());
    collector = std::make_unique<Collector>(options, sink.frontiers(), *discovery, clock, base::null_reporter());
    look_around();
  }
  void look_around() {
    collector->look_at_everything();
    while (collector->next(batch)) ASSERT_TRUE(sink.take(batch)) << "gap before " << batch.range().from;
  }
  std::string compressed(std::string_view text) {
    std::string out;
    const auto deflater = codec::make_deflater(GetParam());
    deflater->append(text, out);
    deflater->finish(out);
    return out;
  }
  // As gzip does: a new file, then the old one is removed.
  void compress(const std::string& name) {
    dir.write(name + ".part", compressed(dir.read(name)));
    dir.rename(name + ".part", name + ".z");
    dir.remove(name);
  }

  // More comes to a log, which is then rotated to this name and compressed.
  void grow_and_rotate(std::string_view text, const std::string& to) {
    dir.append("app.log", text);
    dir.rename("app.log", to);
    compress(to);
  }

  test::TempDir dir;
  record::Batch batch;
  SinkModel sink;
  std::unique_ptr<Discovery> discovery;
  test::FakeClock clock;
  std::unique_ptr<Collector> collector;
};

INSTANTIATE_TEST_SUITE_P(Container, CollectorArchivesTest, testing::Values(codec::Container::gzip, codec::Container::zstd),
                         [](const auto& test) { return std::string(codec::container_name(test.param)); });

TEST_P(CollectorArchivesTest, WhatWasNotReadBeforeCompressionIsReadFromTheCopy) {
  dir.write("app.log", "1 first\n2\n");
  start();
  collector.reset();
  grow_and_rotate("3\n4", "app.log.1");
  dir.write("app.log", "5 next\n");
  start();
  EXPECT_THAT(sink.lines, UnorderedElementsAre("1 first", "2", "3", "4", "5 next"));
  start();
  look_around();
  EXPECT_EQ(sink.lines.size(), 5u);
}

TEST_P(CollectorArchivesTest, ACopyOfWhatWasReadIsNotRead) {
  dir.write("app.log", "1 first\n2\n");
  start();
  collector.reset();
  compress("app.log");
  start();
  EXPECT_THAT(sink.lines, ElementsAre("1 first", "2"));
}

TEST_P(CollectorArchivesTest, RotatedTwiceWhileStopped) {
  dir.write("app.log", "1 first\n");
  start();
  collector.reset();
  grow_and_rotate("2\n", "app.log.2");
  dir.write("app.log.1", "3 second\n4\n");
  compress("app.log.1");
  dir.write("app.log", "5 third\n");
  start();
  EXPECT_THAT(sink.lines, UnorderedElementsAre("1 first", "2", "3 second", "4", "5 third"));
  start();
  EXPECT_EQ(sink.lines.size(), 5u);
}

TEST_P(CollectorArchivesTest, CompressedWhileItIsFollowed) {
  dir.write("app.log", "1 first\n");
  start();
  dir.append("app.log", "2\n");
  dir.rename("app.log", "app.log.1");
  dir.write("app.log", "3 second\n");
  const std::string all = compressed(dir.read("app.log.1"));
  dir.write("app.log.1.z", all.substr(0, all.size() / 2));  // it is being written
  look_around();
  dir.write("app.log.1.z", all);
  look_around();
  dir.remove("app.log.1");
  for (int i = 0; i < 4; ++i) look_around();
  EXPECT_THAT(sink.lines, ElementsAre("1 first", "2", "3 second"));
  EXPECT_EQ(collector->failures(), 0u);
  start();
  EXPECT_EQ(sink.lines.size(), 3u);
}

TEST_P(CollectorArchivesTest, ADamagedCopyIsSaidOnceAndOthersAreRead) {
  const std::string all = compressed("1 first\n2\n");
  dir.write("app.log.1.z", all.substr(0, all.size() - 3));
  dir.write("app.log.2.z", compressed("3 second\n"));
  start();
  for (int i = 0; i < 4; ++i) look_around();
  EXPECT_THAT(sink.lines, ElementsAre("3 second"));
  EXPECT_EQ(collector->failures(), 1u);
}

TEST_P(CollectorArchivesTest, ACopyWhoseFirstLineHasTheSameEpochAsAnotherFilesIsReadWhole) {
  const std::string first = "the first line\n", other = line_of_same_epoch(first);
  dir.write("app.log", first + "two\n");
  start();
  collector.reset();
  dir.remove("app.log");
  dir.write("app.log.1.z", compressed(other + "2nd\nthree\n"));
  start();
  EXPECT_THAT(sink.lines, ElementsAre("the first line", "two", other.substr(0, other.size() - 1), "2nd", "three"));
}

TEST_P(CollectorArchivesTest, FilesWithTheSameFirstLineAreToldApartBySize) {
  dir.write("app.log.a", "same\n1\n");
  dir.write("app.log.b", "same\n2\n3\n");
  start();
  collector.reset();
  dir.append("app.log.b", "4\n");
  compress("app.log.a");
  compress("app.log.b");
  start();
  EXPECT_THAT(sink.lines, UnorderedElementsAre("same", "1", "same", "2", "3", "4"));
}

TEST_P(CollectorArchivesTest, WhatCouldBeTheRestOfSeveralFilesIsNotGuessed) {
  dir.write("app.log.a", "same\n1\n");
  dir.write("app.log.b", "same\n2\n");
  start();
  collector.reset();
  for (const char* name : {"app.log.a", "app.log.b"}) {
    dir.append(name, "more\n");
    compress(name);
  }
  start();
  for (int i = 0; i < 3; ++i) look_around();
  EXPECT_EQ(collector->failures(), 2u);
  EXPECT_THAT(sink.lines, UnorderedElementsAre("same", "1", "same", "2"));
}

TEST_P(CollectorArchivesTest, StartAtEndIsForCompressedFilesToo) {
  dir.write("app.log.1.z", compressed("1 first\n"));
  start({.start = Start::end});
  EXPECT_THAT(sink.lines, IsEmpty());
  dir.write("app.log.2.z", compressed("2 second\n"));
  look_around();
  EXPECT_THAT(sink.lines, ElementsAre("2 second"));
}

// Stopped after any line and any number of batches, compressed meanwhile or not: every line once.
TEST_P(CollectorArchivesTest, StoppedAnywhereEveryLineComesOnce) {
  for (std::size_t before = 0; before <= 12; ++before) {
    for (std::size_t batches = 1; batches <= 3; ++batches) {
      std::filesystem::remove_all(dir.path());
      dir.make_directory(".");
      sink = {};
      std::vector<std::string> expected;
      for (int i = 0; i < 12; ++i) expected.push_back("line " + std::to_string(i));
      std::string text;
      dir.write("app.log", "");
      for (std::size_t i = 0; i < before; ++i) text += expected[i] + "\n";
      dir.append("app.log", text);
      start();
      collector.reset();
      text.clear();
      for (std::size_t i = before; i < expected.size(); ++i) text += expected[i] + "\n";
      dir.append("app.log", text);
      compress("app.log");
      for (int round = 0; round < 20; ++round) {
        collector = std::make_unique<Collector>(CollectorOptions{.archives = Archives::copies, .limits = {.chunk_bytes = 16}},
                                                sink.frontiers(), *discovery, clock, base::null_reporter());
        collector->look_at_everything();
        for (std::size_t i = 0; i < batches && collector->next(batch); ++i) ASSERT_TRUE(sink.take(batch));
        collector->next(batch);  // does not arrive
      }
      ASSERT_EQ(sink.lines, expected) << before << " lines before, " << batches << " batches at a time";
    }
  }
}

}  // namespace
}  // namespace logmill::logcollect
