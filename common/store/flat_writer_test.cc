#include "store/flat_writer.h"

#include <gtest/gtest.h>

#include "codec/inflate.h"
#include "record/fields.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

class FlatWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<FlatWriter> open() {
    return *FlatWriter::open(fs_, "logs/app.log", options_, clock_, base::null_reporter());
  }
  base::Status append(FlatWriter& writer, std::string_view line) {
    record::Batch batch;
    batch.add_row();
    batch.set(record::kRaw, 0, record::Value::string(line));
    return writer.append(batch);
  }
  std::string inflated(const std::string& path) {
    const std::string& compressed = fs_.content(path);
    const auto inflater = codec::make_inflater(codec::detect_container(compressed));
    std::string text(1 << 20, '\0');
    std::string_view rest = compressed;
    text.resize(*inflater->inflate(rest, text));
    return text;
  }
  test::FaultFs fs_;
  test::FakeClock clock_;
  FlatOptions options_;
};

TEST_F(FlatWriterTest, RotatesBetweenLinesAndCompresses) {
  options_.rotate_bytes = 10;
  auto writer = open();
  for (const char* line : {"first", "second", "third"}) {
    ASSERT_TRUE(append(*writer, line));
    ASSERT_TRUE(writer->commit());
  }
  EXPECT_EQ(fs_.files(), (std::vector<std::string>{"logs/app-20261121T101500Z.1.log.zst", "logs/app-20261121T101500Z.log.zst",
                                                   "logs/app.log"}));
  EXPECT_EQ(inflated("logs/app-20261121T101500Z.log.zst"), "first\n");
  EXPECT_EQ(inflated("logs/app-20261121T101500Z.1.log.zst"), "second\n");
  EXPECT_EQ(fs_.content("logs/app.log"), "third\n");
}

TEST_F(FlatWriterTest, AFullDiskLeavesNoHalfLine) {
  auto writer = open();
  ASSERT_TRUE(append(*writer, "a line"));
  ASSERT_TRUE(writer->commit());
  fs_.set_capacity(10);
  ASSERT_TRUE(append(*writer, "another line"));
  EXPECT_EQ(writer->commit().error().code, base::ErrorCode::again);
  EXPECT_EQ(fs_.content("logs/app.log"), "a line\n");
  fs_.set_capacity(UINT64_MAX);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(fs_.content("logs/app.log"), "a line\nanother line\n");
}

TEST_F(FlatWriterTest, AnUnfinishedLineIsEnded) {
  auto writer = open();
  ASSERT_TRUE(append(*writer, "whole"));
  ASSERT_TRUE(writer->commit());
  fs_.content("logs/app.log") += "half of a li";
  writer = open();
  ASSERT_TRUE(append(*writer, "next"));
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(fs_.content("logs/app.log"), "whole\nhalf of a li\nnext\n");
}

TEST_F(FlatWriterTest, KeepsWhatIsToBeKept) {
  options_.rotate_bytes = 1;
  options_.retention.keep_count = 2;
  auto writer = open();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(append(*writer, "line " + std::to_string(i)));
    ASSERT_TRUE(writer->commit());
    clock_.advance(base::kNsPerSecond);
  }
  ASSERT_EQ(fs_.files().size(), 3u);
  EXPECT_EQ(inflated(fs_.files()[0]), "line 2\n");
  EXPECT_EQ(inflated(fs_.files()[1]), "line 3\n");
}

// Whatever fails while rotating: each committed line is in exactly one file once the writer has started again.
TEST_F(FlatWriterTest, FailingAtEachChangeLosesAndRepeatsNoLine) {
  const auto run = [&](test::FaultFs& fs) -> int {
    options_.rotate_bytes = 20;
    auto writer = FlatWriter::open(fs, "logs/app.log", options_, clock_, base::null_reporter());
    if (!writer) return 0;
    for (int i = 0; i < 8; ++i)
      if (!append(**writer, "line " + std::to_string(i)) || !(*writer)->commit()) return i;
    return 8;
  };
  test::FaultFs counting;
  ASSERT_EQ(run(counting), 8);
  for (std::uint64_t n = 1; n <= counting.changes(); ++n) {
    SCOPED_TRACE("change " + std::to_string(n));
    test::FaultFs fs;
    fs.fail_change(n, base::ErrorCode::io);
    const int safe = run(fs);
    fs.fail_nothing();
    ASSERT_TRUE(FlatWriter::open(fs, "logs/app.log", options_, clock_, base::null_reporter()));
    std::string all;
    for (const std::string& path : fs.files()) {
      std::swap(fs_, fs);
      all += path.ends_with(".zst") ? inflated(path) : fs_.content(path);
      std::swap(fs_, fs);
    }
    for (int i = 0; i < safe; ++i) {
      const std::string line = "line " + std::to_string(i) + "\n";
      const auto first = all.find(line);
      EXPECT_NE(first, std::string::npos) << line;
      EXPECT_EQ(all.find(line, first + 1), std::string::npos) << line << "twice";
    }
  }
}

}  // namespace
}  // namespace logmill::store
