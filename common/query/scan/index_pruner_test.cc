#include "query/scan/index_pruner.h"

#include <gtest/gtest.h>

#include "index/block_keys.h"
#include "index/index_writer.h"
#include "query/query.h"
#include "support/store_fixture.h"

namespace logmill::query {
namespace {

class Warnings final : public base::Reporter {
 public:
  void warn(std::string_view, std::string_view text) override { texts.append(text).append("\n"); }
  void info(std::string_view) override {}
  std::string texts;
};

// Two sealed blocks: records 0 to 9, and 10 to 19.
class Pruning : public testing::Test {
 protected:
  void SetUp() override {
    auto writer = store_.open();
    ASSERT_TRUE(writer);
    for (const std::uint64_t from : {std::uint64_t{0}, kRows}) {
      ASSERT_TRUE(store_.append(**writer, from, from + kRows));
      ASSERT_TRUE((*writer)->commit());
    }
    ASSERT_TRUE((*writer)->close());
    const auto paths = store::list_segments(store_.fs, store_.dir, INT64_MIN, INT64_MAX);
    ASSERT_TRUE(paths);
    ASSERT_EQ(paths->size(), 1u);
    auto segment = store::open_segment(store_.fs, paths->front(), base::null_reporter());
    ASSERT_TRUE(segment);
    segment_ = *std::move(segment);
    ASSERT_EQ(segment_->blocks().size(), 2u);
  }

  // An index of the messages, for `segment_bytes` more than the segment has.
  void write_index(std::uint64_t segment_bytes = 0) {
    auto stamp = index::stamp_segment(store_.fs, segment_->info().path);
    ASSERT_TRUE(stamp);
    stamp->bytes += segment_bytes;
    index::IndexWriter writer(*std::move(stamp));
    index::BlockKeys keys;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto block = segment_->read_block(i);
      ASSERT_TRUE(block);
      const auto column = (*block)->column("message");
      ASSERT_TRUE(column);
      for (std::size_t row = 0; row < kRows; ++row) keys.add("message", (*column)->at(row));
      writer.add_block(keys.take(), kBlockBytes);
    }
    auto file = store_.fs.open(index::index_path(segment_->info().path), sys::OpenMode::create);
    ASSERT_TRUE(file) << file.error().what;
    ASSERT_TRUE((*file)->append(writer.finish()));
  }

  // Which blocks a query has to read, like "01".
  std::string blocks(std::string_view query) {
    const auto parsed = Query::parse(query, {.now = store_.clock.time, .utc = true});
    EXPECT_TRUE(parsed);
    IndexPruner pruner(store_.fs, warnings_, parsed->filter().expr());
    std::string read;
    for (std::size_t i = 0; i < 2; ++i) read += pruner.may_match(*segment_, i) ? '1' : '0';
    return read;
  }

  // Filters may take a share of this; the blocks themselves are too small for good ones.
  static constexpr std::uint64_t kBlockBytes = 1 << 20;
  static constexpr std::uint64_t kRows = 20'000;  // more than are joined to one block
  test::StoreFixture store_;
  Warnings warnings_;
  std::unique_ptr<store::SegmentReader> segment_;
};

TEST_F(Pruning, AnIndexLeavesOutBlocksWithoutTheWord) {
  write_index();
  EXPECT_EQ(blocks("3"), "10");
  EXPECT_EQ(blocks("23456"), "01");
  EXPECT_EQ(blocks("done"), "11");
  EXPECT_EQ(blocks("missing"), "00");
  EXPECT_EQ(blocks("3 23456"), "00");
  EXPECT_EQ(blocks("3 OR 23456"), "11");
}

TEST_F(Pruning, AUsableIndexIsNoNews) {
  write_index();
  EXPECT_EQ(blocks("missing"), "00");
  EXPECT_EQ(warnings_.texts, "");
}

TEST_F(Pruning, ANegationRulesNothingOut) {
  write_index();
  EXPECT_EQ(blocks("NOT missing"), "11");
}

TEST_F(Pruning, WithoutAnIndexAllIsRead) { EXPECT_EQ(blocks("missing"), "11"); }

TEST_F(Pruning, AnIndexOfOtherBytesIsNotBelieved) {
  write_index(1);
  EXPECT_EQ(blocks("missing"), "11");
  EXPECT_NE(warnings_.texts.find("stale"), std::string::npos) << warnings_.texts;
}

TEST_F(Pruning, ADamagedIndexIsNotBelieved) {
  auto file = store_.fs.open(index::index_path(segment_->info().path), sys::OpenMode::create);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->append("no index at all"));
  EXPECT_EQ(blocks("missing"), "11");
}

// The filters of the segment itself: record i has a request id of its own.
TEST(FilterPruning, AnIdIsFoundInItsBlockWithoutAnIndex) {
  constexpr std::uint64_t kRows = 20'000;
  test::StoreFixture at;
  const auto id = [](std::uint64_t i) { return "r" + std::to_string((i + 1) * 0x9e3779b97f4a7c15u); };
  auto writer = *at.open();
  for (std::uint64_t from = 0; from < 2 * kRows; from += kRows) {
    record::Batch batch;
    at.fill(batch, from, from + kRows);
    for (std::uint64_t i = 0; i < kRows; ++i) batch.set("request", i, record::Value::string(batch.own(id(from + i))));
    ASSERT_TRUE(writer->append(batch));
    ASSERT_TRUE(writer->commit());
  }
  ASSERT_TRUE(writer->close());
  const auto paths = *store::list_segments(at.fs, at.dir, INT64_MIN, INT64_MAX);
  const auto segment = *store::open_segment(at.fs, paths.front(), base::null_reporter());
  ASSERT_EQ(segment->blocks().size(), 2u);

  const auto blocks = [&](std::string_view query) {
    Warnings warnings;
    const auto parsed = Query::parse(query, {.now = at.clock.time, .utc = true});
    IndexPruner pruner(at.fs, warnings, parsed->filter().expr());
    std::string read;
    for (std::size_t i = 0; i < 2; ++i) read += pruner.may_match(*segment, i) ? '1' : '0';
    EXPECT_EQ(warnings.texts, "");
    return read;
  };
  const std::string first = "request=" + id(100), second = "request=" + id(30'000);
  EXPECT_EQ(blocks(first), "10");
  EXPECT_EQ(blocks("request=R" + id(100).substr(1)), "10") << "letter case is for the filter of rows to judge";
  EXPECT_EQ(blocks("request=\"" + id(30'000) + "\""), "01");
  EXPECT_EQ(blocks("request=nothing"), "00");
  EXPECT_EQ(blocks("request in (" + id(100) + ", " + id(30'000) + ")"), "11");
  EXPECT_EQ(blocks(first + " OR service=auth"), "11");
  EXPECT_EQ(blocks(first + " " + second), "00");
  EXPECT_EQ(blocks("request=" + id(100).substr(0, 5) + "*"), "11");
  EXPECT_EQ(blocks("NOT request=nothing"), "11");
  EXPECT_EQ(blocks("service=nothing"), "11") << "few values: no filter";
}

}  // namespace
}  // namespace logmill::query
