#include "maintain/compaction.h"

#include <gtest/gtest.h>

#include "maintain/test_store.h"
#include "store/segment_rewriter.h"

namespace logmill::maintain {
namespace {

SealedSegment made(std::string path, std::uint64_t bytes, base::TimeNs time = 0) {
  return {.path = std::move(path), .bytes = bytes, .rows = bytes / 10, .time_min = time, .time_max = time, .readable = true};
}

constexpr base::TimeNs kLater = 1'800'000'000 * base::kNsPerSecond;  // 2027

TEST(CompactionPlan, WaitsForEightOfASize) {
  std::vector<SealedSegment> segments;
  for (int i = 0; i < 7; ++i) segments.push_back(made("s/2027-01-15/" + std::to_string(i), 1'100));
  EXPECT_TRUE(plan_compaction(segments, {}, kLater).empty());
  segments.push_back(made("s/2027-01-15/large", 10 << 20));
  EXPECT_TRUE(plan_compaction(segments, {}, kLater).empty());
  segments.push_back(made("s/2027-01-15/8", 2'000));
  const auto steps = plan_compaction(segments, {}, kLater);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].paths.size(), 8u);
  EXPECT_EQ(steps[0].bytes, 9'700u);
}

TEST(CompactionPlan, JoinsWhatIsLeftOfADayThatIsOver) {
  const std::vector<SealedSegment> segments = {made("s/2026-01-15/a", 1'000, 3), made("s/2026-01-15/b", 1'500, 1),
                                               made("s/2026-01-15/c", 6'000, 2)};
  const auto steps = plan_compaction(segments, {}, kLater);
  ASSERT_EQ(steps.size(), 1u);
  // The third would be written again for less than half its size.
  EXPECT_EQ(steps[0].paths, (std::vector<std::string>{"s/2026-01-15/b", "s/2026-01-15/a"}));
}

TEST(CompactionPlan, LeavesLargeSegmentsAndOtherFoldersAlone) {
  std::vector<SealedSegment> segments;
  for (int i = 0; i < 20; ++i) segments.push_back(made("s/2026-01-15/" + std::to_string(i), 70 << 20));
  for (int i = 10; i < 30; ++i) segments.push_back(made("s/2026-02-" + std::to_string(i) + "/x", 1'000));
  EXPECT_TRUE(plan_compaction(segments, {}, kLater).empty());
}

TEST(CompactionPlan, WritesNoMoreThanFits) {
  std::vector<SealedSegment> segments;
  for (int i = 10; i < 40; ++i) segments.push_back(made("s/2026-01-15/" + std::to_string(i), 100));
  const auto steps = plan_compaction(segments, {.enabled = true, .rows_max = 1'000, .bytes_max = 1'000}, kLater);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].bytes, 1'000u);
}

// A writer that seals small segments for days, and the maintainer after each.
TEST(Compaction, WritesEachByteAFewTimesOnly) {
  TestStore at;
  at.policy.retention = {};
  at.options.seal_rows = 50;
  auto writer = *at.open();
  Maintainer maintainer = at.maintainer();
  for (std::uint64_t next = 0; next < 20'000; next += 50) {
    ASSERT_TRUE(at.append(*writer, next, next + 50));
    ASSERT_TRUE(writer->commit());
    ASSERT_TRUE(maintainer.run_round());
  }
  ASSERT_TRUE(writer->close());
  const MaintenanceCounters& counters = maintainer.counters();
  EXPECT_LT(at.count_files(".seg"), 3 * 8u);
  EXPECT_EQ(at.count_files(".seg"), 400 - counters.segments_joined + counters.segments_made);
  // Of what the writer sealed, how often each byte was written again; joined bytes would count each
  // time anew.
  const std::uint64_t sealed = writer->counters().sealed_bytes;
  RecordProperty("rewritten_percent", static_cast<int>(counters.bytes_rewritten * 100 / sealed));
  EXPECT_LT(counters.bytes_rewritten, 2 * sealed);
  EXPECT_EQ(at.sorted_messages(), TestStore::sorted_expected(0, 20'000));
  EXPECT_EQ(at.frontier(), 20'000u);
  // A day later few remain, and a second round finds nothing to do.
  at.clock.advance(3 * base::kNsPerDay);
  ASSERT_TRUE(maintainer.run_round());
  const std::size_t left = at.count_files(".seg");
  EXPECT_LE(left, 3u);
  ASSERT_TRUE(maintainer.run_round());
  EXPECT_EQ(at.count_files(".seg"), left);
  EXPECT_EQ(at.sorted_messages(), TestStore::sorted_expected(0, 20'000));
}

TEST(Compaction, ASegmentThatIsDamagedStaysAsItIs) {
  TestStore at;
  ASSERT_EQ(at.feed(160, 20, false), 160u);
  const auto files = at.fs.files();
  std::string& content = at.fs.content(*std::find_if(files.begin(), files.end(), [](const auto& path) { return path.ends_with(".seg"); }));
  content[content.find("LMBLOCK") + 400] ^= 1;
  const auto before = at.messages();
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages(), before);
  EXPECT_EQ(at.count_files(".tmp"), 0u);
}

// Whatever fails, and wherever the power is cut: every record is there once, before and after the
// next round.
TEST(Compaction, FailingAtEachChangeLosesAndRepeatsNothing) {
  const auto run = [](TestStore& at) { return at.feed(100, 10, true); };
  TestStore counting;
  ASSERT_EQ(run(counting), 100u);
  const auto whole = TestStore::sorted_expected(0, 100);
  ASSERT_LT(counting.count_files(".seg"), 5u);
  for (const bool power_cut : {false, true})
    for (std::uint64_t n = 1; n <= counting.fs.changes(); ++n) {
      SCOPED_TRACE((power_cut ? "power cut at change " : "error at change ") + std::to_string(n));
      TestStore at(n);
      at.fs.fail_change(n, base::ErrorCode::io);
      const std::uint64_t safe = run(at);
      if (power_cut) at.fs.cut_power();
      at.fs.fail_nothing();
      at.clock.advance(base::kNsPerSecond);
      const auto left = at.sorted_messages();
      ASSERT_GE(left.size(), safe);
      ASSERT_EQ(left, TestStore::sorted_expected(0, left.size()));
      ASSERT_EQ(at.frontier(), left.size());
      ASSERT_EQ(run(at), 100u);
      ASSERT_EQ(at.sorted_messages(), whole);
      ASSERT_EQ(at.count_files(".tmp") + at.count_files(".new"), 0u);
    }
}

}  // namespace
}  // namespace logmill::maintain
