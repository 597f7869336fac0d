#include "store/writer.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <thread>

#include "store/recovery.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using test::StoreFixture;

std::vector<std::string> files_of(const StoreFixture& at, std::string_view suffix) {
  std::vector<std::string> found;
  for (const std::string& path : at.fs.files())
    if (path.ends_with(suffix)) found.push_back(path);
  return found;
}

TEST(StoreWriter, CommittedRecordsAreVisibleAtOnce) {
  StoreFixture at;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 10));
  EXPECT_TRUE(at.messages().empty());
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 10));
  ASSERT_TRUE(at.append(*writer, 10, 12));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 12));
  EXPECT_EQ(files_of(at, ".live").size(), 1u);
}

TEST(StoreWriter, CloseSeals) {
  StoreFixture at;
  auto writer = *at.open();
  for (std::uint64_t i = 0; i < 1000; i += 10) {
    ASSERT_TRUE(at.append(*writer, i, i + 10));
    ASSERT_TRUE(writer->commit());
  }
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 1000));
  ASSERT_EQ(files_of(at, ".seg").size(), 1u);
  EXPECT_TRUE(files_of(at, ".live").empty());
  const auto segment = *open_segment(at.fs, files_of(at, ".seg")[0], base::null_reporter());
  EXPECT_TRUE(segment->info().sealed);
  EXPECT_EQ(segment->info().rows, 1000u);
  EXPECT_EQ(segment->blocks().size(), 1u) << "small blocks were not joined";
  EXPECT_FALSE(at.append(*writer, 1000, 1001));
}

TEST(StoreWriter, EveryFieldComesBack) {
  StoreFixture at;
  auto writer = *at.open();
  record::Batch batch;
  at.fill(batch, 0, 50);
  ASSERT_TRUE(writer->append(batch));
  ASSERT_TRUE(writer->close());
  const auto segment = *open_segment(at.fs, files_of(at, ".seg")[0], base::null_reporter());
  const auto block = *segment->read_block(0);
  EXPECT_EQ(**block->times(), batch.times());
  EXPECT_EQ(**block->levels(), batch.levels());
  ASSERT_EQ(block->column_names().size(), 3u);
  for (const std::string& name : block->column_names())
    for (std::size_t row = 0; row < 50; ++row) EXPECT_EQ((*block->column(name))->at(row), batch.get(name, row)) << name;
  EXPECT_EQ(*block->column("nothing"), nullptr);
  ASSERT_EQ(block->ranges().size(), 1u);
  EXPECT_EQ(block->ranges()[0].range, batch.range());
  EXPECT_TRUE(block->verify());
}

TEST(StoreWriter, FooterCountsValues) {
  StoreFixture at;
  at.random_bytes = 100;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 300));
  ASSERT_TRUE(writer->close());
  const auto segment = *open_segment(at.fs, files_of(at, ".seg")[0], base::null_reporter());
  const ValueCounts* levels = segment->value_counts("level");
  ASSERT_NE(levels, nullptr);
  ASSERT_EQ(levels->values.size(), 2u);
  EXPECT_EQ(levels->values[0].text(), "INFO");
  EXPECT_EQ(levels->total(0), 270u);
  EXPECT_EQ(levels->total(1), 30u);
  ASSERT_NE(segment->value_counts("service"), nullptr);
  EXPECT_EQ(segment->value_counts("message"), nullptr);
}

TEST(StoreWriter, RepeatsAreDroppedOverlapsTrimmedGapsRefused) {
  StoreFixture at;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 100, 110)) << "a stream may begin anywhere";
  ASSERT_TRUE(at.append(*writer, 100, 110));
  ASSERT_TRUE(at.append(*writer, 105, 115));
  const auto gap = at.append(*writer, 116, 120);
  ASSERT_FALSE(gap);
  EXPECT_EQ(gap.error().code, base::ErrorCode::again);
  EXPECT_NE(gap.error().what.find("115"), std::string::npos) << gap.error().what;
  ASSERT_TRUE(at.append(*writer, 115, 120));
  ASSERT_TRUE(at.append(*writer, 0, 5, 2)) << "a new epoch begins again";
  ASSERT_TRUE(at.append(*writer, 110, 125, 1)) << "what is read again of an epoch that has ended was decided before it ended";
  ASSERT_TRUE(writer->commit());
  auto all = StoreFixture::expected(100, 120);
  for (const auto& message : StoreFixture::expected(0, 5)) all.push_back(message);
  EXPECT_EQ(at.messages(), all);
  EXPECT_EQ(writer->counters().records_repeated, 30u);
  EXPECT_EQ(writer->counters().pending(), 0u);
  EXPECT_EQ(writer->frontier(StoreFixture::kStream)->position, 5u);
}

// The wall clock names segments and folders; what is kept, and when it is committed, does not hang on it.
TEST(StoreWriter, LosesNothingWhenTheClockJumps) {
  StoreFixture at;
  std::uint64_t next = 0;
  for (const std::int64_t days : {0, 4'000, -4'000, -4'001, 0}) {
    SCOPED_TRACE("by " + std::to_string(days) + " days");
    auto writer = *at.open();
    for (const std::int64_t jump : {days, std::int64_t{0}}) {
      ASSERT_TRUE(at.append(*writer, next, next + 10));
      ASSERT_TRUE(writer->commit_due_ns());
      const std::int64_t due = *writer->commit_due_ns();
      at.clock.wall = jump * base::kNsPerDay;
      EXPECT_EQ(*writer->commit_due_ns(), due);
      at.clock.advance(due - at.clock.steady_ns());
      ASSERT_TRUE(writer->tick());
      next += 10;
      ASSERT_TRUE(writer->seal());
    }
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(writer->frontier(StoreFixture::kStream)->position, next);
  }
  auto all = at.messages(), expected = StoreFixture::expected(0, next);
  std::sort(all.begin(), all.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(all, expected);
}

TEST(StoreWriter, FrontiersSurviveReopening) {
  StoreFixture at;
  {
    auto writer = *at.open();
    ASSERT_TRUE(at.append(*writer, 0, 10));
    EXPECT_FALSE(writer->frontier(StoreFixture::kStream)) << "not committed";
    ASSERT_TRUE(writer->commit());
  }
  for (int i = 0; i < 2; ++i) {
    const auto frontiers = *read_frontiers(at.fs, at.dir, base::null_reporter());
    ASSERT_EQ(frontiers.size(), 1u);
    EXPECT_EQ(frontiers[0].position, 10u);
    auto writer = *at.open();  // seals what was left
    ASSERT_TRUE(at.append(*writer, 0, 10));
    EXPECT_EQ(writer->counters().records_repeated, 10u);
    ASSERT_TRUE(writer->close());
  }
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 10));
}

TEST(StoreWriter, RefusesARecordWithoutATime) {
  StoreFixture at;
  auto writer = *at.open();
  record::Batch batch;
  batch.add_row();
  EXPECT_EQ(writer->append(batch).error().code, base::ErrorCode::invalid);
}

TEST(StoreWriter, SeveralWritersKeepToTheirLanes) {
  StoreFixture at;
  auto a = *at.open();
  record::Batch batch;
  at.fill(batch, 0, 5);
  ASSERT_TRUE(a->append(batch));
  ASSERT_TRUE(a->commit());
  auto b = *at.open();
  EXPECT_EQ(files_of(at, ".live").size(), 1u) << "the lane of a running writer was taken";
  at.fill(batch, 5, 9);
  batch.range() = {};
  ASSERT_TRUE(b->append(batch));
  ASSERT_TRUE(b->commit());
  EXPECT_EQ(files_of(at, ".live").size(), 2u);
  ASSERT_TRUE(b->close());
  ASSERT_TRUE(at.append(*a, 5, 6));
  ASSERT_TRUE(a->close());
  EXPECT_EQ(at.messages().size(), 10u);
}

TEST(StoreWriter, ALaterDayGetsASegmentOfItsOwn) {
  StoreFixture at;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 5));
  ASSERT_TRUE(writer->commit());
  at.clock.advance(base::kNsPerDay);
  ASSERT_TRUE(at.append(*writer, 5, 9));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(files_of(at, ".seg").size(), 1u);
  EXPECT_NE(files_of(at, ".live").at(0).find("2026-11-22"), std::string::npos);
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 9));
}

TEST(StoreWriter, SealsByRowsAndByAge) {
  StoreFixture at;
  at.options.seal_rows = 20;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 20));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(files_of(at, ".seg").size(), 1u);
  ASSERT_TRUE(at.append(*writer, 20, 21));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(files_of(at, ".live").size(), 1u);
  at.clock.advance(at.options.seal_age_ns);
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(files_of(at, ".seg").size(), 2u);
}

TEST(StoreWriter, AFullSegmentIsSealedWhereItIs) {
  StoreFixture at;
  at.random_bytes = 1;
  at.options.seal_on_close = false;
  auto writer = *at.open();
  for (std::uint64_t next = 0; next < 40'000; next += 20'000) {
    ASSERT_TRUE(at.append(*writer, next, next + 20'000));
    ASSERT_TRUE(writer->commit());
  }
  const std::string live = files_of(at, ".live").at(0);
  const std::string before = at.fs.content(live);
  const auto reader = *open_segment(at.fs, live, base::null_reporter());
  ASSERT_TRUE(writer->seal());
  ASSERT_EQ(at.fs.files().size(), 1u);
  const std::string after = at.fs.content(files_of(at, ".seg").at(0));
  EXPECT_TRUE(after.starts_with(before));
  EXPECT_LT(after.size() - before.size(), 4'000u) << "more than a footer was written";
  EXPECT_TRUE(*reader->refresh());
  EXPECT_TRUE(reader->info().sealed);
  EXPECT_EQ(reader->info().rows, 40'000u);
  EXPECT_NE(reader->value_counts("service"), nullptr);
}

TEST(StoreWriter, AFooterWithoutItsNewNameIsNoDamage) {
  StoreFixture at;
  at.random_bytes = 1'000;
  at.options.seal_on_close = false;
  for (const std::size_t kept : {std::size_t{1}, std::size_t{100}, std::size_t{400}, std::string::npos}) {
    SCOPED_TRACE(kept);
    auto writer = *at.open();
    ASSERT_TRUE(at.append(*writer, 0, 20));
    ASSERT_TRUE(writer->commit());
    const std::string live = files_of(at, ".live").at(0);
    const std::size_t live_bytes = at.fs.content(live).size();
    ASSERT_TRUE(writer->seal());
    writer.reset();
    // As it is when the power goes before the rename.
    const std::string sealed = files_of(at, ".seg").at(0);
    ASSERT_TRUE(at.fs.rename(sealed, live));
    std::string& content = at.fs.content(live);
    content.resize(std::min(content.size(), kept == std::string::npos ? kept : live_bytes + kept));
    EXPECT_EQ(at.messages(), StoreFixture::expected(0, 20));
    ASSERT_TRUE(at.open());  // seals it
    EXPECT_EQ(at.messages(), StoreFixture::expected(0, 20));
    EXPECT_EQ(files_of(at, ".seg").size(), 1u);
    EXPECT_EQ(at.fs.files().size(), 1u);
    ASSERT_TRUE(at.fs.remove(sealed));
  }
}

TEST(StoreWriter, TakesOverWhatAnotherLeftWhileItRuns) {
  StoreFixture at;
  auto runs = *at.open();
  {
    auto crashes = *at.open();
    ASSERT_TRUE(at.append(*crashes, 0, 10));
    ASSERT_TRUE(crashes->commit());
  }
  ASSERT_TRUE(runs->tick());
  EXPECT_EQ(files_of(at, ".live").size(), 1u);
  at.clock.advance(60 * base::kNsPerSecond);
  ASSERT_TRUE(runs->tick());
  EXPECT_EQ(files_of(at, ".live").size(), 0u);
  EXPECT_EQ(files_of(at, ".seg").size(), 1u);
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 10));
}

// A slow week: what the store of one small machine looks like. Two records in ten minutes instead
// of ten a second, so that the test ends; the number of segments is the same.
TEST(StoreWriter, ASlowWeekLeavesFewFilesAndLittleOverhead) {
  StoreFixture at;
  auto writer = *at.open();
  constexpr int kSteps = 7 * 24 * 6;
  for (int step = 0; step < kSteps; ++step) {
    const auto next = static_cast<std::uint64_t>(step) * 2;
    ASSERT_TRUE(at.append(*writer, next, next + 2));
    at.clock.advance(600 * base::kNsPerSecond);
    ASSERT_TRUE(writer->tick());
    if (step % 100 == 0) {
      ASSERT_LE(files_of(at, ".live").size(), 1u);
    }
  }
  ASSERT_TRUE(writer->close());
  std::uint64_t stored = 0;
  for (const std::string& path : at.fs.files()) stored += at.fs.content(path).size();
  EXPECT_LE(at.fs.files().size(), 7u * 24 + 7 + 1) << "a segment an hour, and one a day that is over";
  EXPECT_EQ(writer->counters().records_committed, 2u * kSteps);
  EXPECT_LT(stored, 2 * writer->counters().raw_bytes);
  EXPECT_LE(writer->counters().sealed_bytes, writer->counters().bytes_written) << "written more than twice";
  // Nothing came: nothing is written.
  const std::uint64_t changes = at.fs.changes();
  auto idle = *at.open();
  for (int step = 0; step < 1'000; ++step) {
    at.clock.advance(10 * base::kNsPerSecond);
    ASSERT_TRUE(idle->tick());
  }
  ASSERT_TRUE(idle->close());
  EXPECT_EQ(at.fs.changes(), changes);
}

TEST(StoreWriter, RecordsOfThousandsOfDaysStayInOneSegment) {
  StoreFixture at;
  auto writer = *at.open();
  record::Batch batch;
  at.fill(batch, 0, 3'000);
  for (std::size_t row = 0; row < batch.rows(); ++row) batch.times()[row] -= static_cast<std::int64_t>(row) * base::kNsPerDay;
  ASSERT_TRUE(writer->append(batch));
  ASSERT_TRUE(writer->commit());
  ASSERT_TRUE(at.append(*writer, 3'000, 3'010));
  ASSERT_TRUE(writer->close());
  EXPECT_LE(at.fs.files().size(), 2u);
  // Found by its own time, a day in the middle.
  const std::int64_t day = at.clock.time - 1'500 * base::kNsPerDay;
  const auto paths = *list_segments(at.fs, at.dir, day, day + base::kNsPerDay);
  ASSERT_EQ(paths.size(), 1u);
}

TEST(StoreWriter, AHugeValueIsNotInTheFooterAgain) {
  StoreFixture at;
  auto writer = *at.open();
  record::Batch batch;
  at.fill(batch, 0, 1);
  std::string huge(1 << 20, ' ');
  std::uint64_t random = 1;
  for (char& c : huge) c = static_cast<char>('a' + ((random = random * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407) >> 60));
  batch.set("message", 0, record::Value::string(huge));
  ASSERT_TRUE(writer->append(batch));
  ASSERT_TRUE(writer->close());
  const auto segment = *open_segment(at.fs, files_of(at, ".seg").at(0), base::null_reporter());
  EXPECT_EQ(segment->value_counts("message"), nullptr);
  EXPECT_NE(segment->value_counts("service"), nullptr);
  EXPECT_LT(segment->info().bytes, huge.size() + 4'000);
}

TEST(StoreWriter, CommitIsDueAfterTheInterval) {
  StoreFixture at;
  auto writer = *at.open();
  EXPECT_FALSE(writer->commit_due_ns());
  ASSERT_TRUE(at.append(*writer, 0, 1));
  EXPECT_EQ(writer->commit_due_ns(), at.clock.steady_ns() + at.options.commit_interval_ns);
  at.clock.advance(at.options.commit_interval_ns - 1);
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().commits, 0u);
  at.clock.advance(1);
  ASSERT_TRUE(writer->tick());
  EXPECT_EQ(writer->counters().commits, 1u);
}

TEST(StoreWriter, CommitSoonGetsThereWithoutWaiting) {
  for (const std::size_t threads : {0u, 2u}) {
    StoreFixture at;
    at.options.threads = threads;
    auto writer = *at.open();
    ASSERT_TRUE(writer->commit_soon()) << "nothing to do";
    ASSERT_TRUE(at.append(*writer, 0, 10));
    while (!writer->frontier(StoreFixture::kStream)) {
      ASSERT_TRUE(writer->commit_soon());
      std::this_thread::yield();
    }
    EXPECT_EQ(at.messages(), StoreFixture::expected(0, 10));
    EXPECT_EQ(writer->counters().commits, 1u);
    ASSERT_TRUE(at.append(*writer, 10, 20));
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(at.messages(), StoreFixture::expected(0, 20));
  }
}

TEST(StoreWriter, AFullDiskLosesNothing) {
  StoreFixture at;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 10));
  ASSERT_TRUE(writer->commit());
  at.fs.set_capacity(at.fs.content(files_of(at, ".live").at(0)).size() + 100);
  ASSERT_TRUE(at.append(*writer, 10, 100));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(writer->commit().error().code, base::ErrorCode::again);
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 10));
  at.fs.set_capacity(UINT64_MAX);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 100));
}

TEST(SegmentReader, FollowsALiveSegmentIntoItsSealedForm) {
  StoreFixture at;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 3));
  ASSERT_TRUE(writer->commit());
  const auto reader = *open_segment(at.fs, files_of(at, ".live").at(0), base::null_reporter());
  EXPECT_EQ(reader->info().rows, 3u);
  EXPECT_FALSE(*reader->refresh());
  ASSERT_TRUE(at.append(*writer, 3, 5));
  ASSERT_TRUE(writer->commit());
  EXPECT_TRUE(*reader->refresh());
  EXPECT_EQ(reader->info().rows, 5u);
  ASSERT_TRUE(writer->close());
  EXPECT_TRUE(*reader->refresh());
  EXPECT_TRUE(reader->info().sealed);
  EXPECT_EQ(reader->info().rows, 5u);
  EXPECT_FALSE(*reader->refresh());
}

}  // namespace
}  // namespace logmill::store
