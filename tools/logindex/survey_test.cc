#include "logindex/survey.h"

#include <gtest/gtest.h>

#include "index/index_file.h"
#include "index/segment_stamp.h"
#include "logindex/build_index.h"
#include "support/store_fixture.h"
#include "sys/stop.h"

namespace logmill::logindex {
namespace {

// A store of two sealed segments.
class SurveyTest : public ::testing::Test, protected test::StoreFixture {
 protected:
  SurveyTest() {
    for (std::uint64_t from : {0, 50}) {
      auto writer = *open();
      EXPECT_TRUE(append(*writer, from, from + 50));
      EXPECT_TRUE(writer->close());
      clock.advance(base::kNsPerSecond);
    }
  }
  Survey survey(Depth depth = Depth::headers) { return *survey_store(fs, dir, depth); }
  void build(const std::string& segment) {
    const auto bytes = build_index(fs, segment, stop, base::null_reporter());
    ASSERT_TRUE(bytes) << bytes.error().what;
    ASSERT_TRUE(fs.replace_file(index::index_path(segment), *bytes));
  }
  sys::Stop stop;
};

TEST_F(SurveyTest, NamesWhatIsMissing) {
  const Survey found = survey();
  ASSERT_EQ(found.segments.size(), 2u);
  for (const SegmentIndex& segment : found.segments) {
    EXPECT_EQ(segment.state, State::missing);
    EXPECT_EQ(segment.index_bytes, 0u);
    EXPECT_GT(segment.data_bytes, 0u);
    EXPECT_TRUE(segment.name.starts_with("2026-11-21/20261121T1015")) << segment.name;
  }
  EXPECT_LT(found.segments[0].name, found.segments[1].name);
  EXPECT_TRUE(found.orphans.empty());
}

TEST_F(SurveyTest, FindsWhatWasBuilt) {
  build(survey().segments[1].path);
  const Survey found = survey(Depth::all);
  EXPECT_EQ(found.segments[0].state, State::missing);
  EXPECT_EQ(found.segments[1].state, State::indexed);
  EXPECT_EQ(found.segments[1].blocks, 1u);
  EXPECT_EQ(found.segments[1].index_bytes, fs.content(index::index_path(found.segments[1].path)).size());
}

TEST_F(SurveyTest, AnIndexOfOtherBytesIsStale) {
  const Survey before = survey();
  build(before.segments[0].path);
  fs.content(before.segments[0].path) = fs.content(before.segments[1].path);
  const Survey found = survey();
  EXPECT_EQ(found.segments[0].state, State::stale);
  EXPECT_FALSE(found.segments[0].problem.empty());
}

// In the header or directory at once; in the filters when all checksums are compared.
TEST_F(SurveyTest, AnyFlippedBitOfAnIndexIsFound) {
  const std::string segment = survey().segments[0].path;
  build(segment);
  std::string& bytes = fs.content(index::index_path(segment));
  const std::string good = bytes;
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 9 - (bit % 8 == 7 ? 8 : 0)) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    const SegmentIndex found = *inspect_segment(fs, segment, Depth::all);
    EXPECT_TRUE(found.state == State::damaged || found.state == State::stale) << "bit " << bit << ": " << state_name(found.state);
    bytes[bit / 8] = good[bit / 8];
  }
}

TEST_F(SurveyTest, WhatCannotBeOpenedNowIsAnErrorNotAState) {
  const std::string segment = survey().segments[0].path;
  build(segment);
  fs.refuse_to_open(index::index_path(segment));
  EXPECT_EQ(inspect_segment(fs, segment, Depth::headers).error().code, base::ErrorCode::again);
  EXPECT_EQ(survey_store(fs, dir, Depth::headers).error().code, base::ErrorCode::again);
}

TEST_F(SurveyTest, NamesIndexesWithoutASegmentAndUnfinishedOnes) {
  const Survey before = survey();
  build(before.segments[0].path);
  ASSERT_TRUE(fs.remove(before.segments[0].path));
  const std::string unfinished = index::index_path(before.segments[1].path) + ".tmp";
  ASSERT_TRUE(fs.open(unfinished, sys::OpenMode::create));
  const Survey found = survey();
  EXPECT_EQ(found.segments.size(), 1u);
  EXPECT_EQ(found.orphans, (std::vector<std::string>{index::index_path(before.segments[0].path)}));
}

TEST_F(SurveyTest, AFileIsNoStore) {
  EXPECT_EQ(survey_store(fs, survey().segments[0].path, Depth::headers).error().code, base::ErrorCode::invalid);
  EXPECT_EQ(survey_store(fs, "nowhere", Depth::headers).error().code, base::ErrorCode::not_found);
}

TEST_F(SurveyTest, ASegmentWithADamagedBlockGetsNoIndex) {
  const std::string segment = survey().segments[0].path;
  char& last = fs.content(segment).back();  // it is packed: of the last column
  last = static_cast<char>(last ^ 1);
  const auto built = build_index(fs, segment, stop, base::null_reporter());
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, base::ErrorCode::corrupt);
}

TEST_F(SurveyTest, AStopEndsTheBuilding) {
  stop.request();
  const auto built = build_index(fs, survey().segments[0].path, stop, base::null_reporter());
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, base::ErrorCode::again);
}

}  // namespace
}  // namespace logmill::logindex
