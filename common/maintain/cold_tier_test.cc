#include "maintain/cold_tier.h"

#include <gtest/gtest.h>

#include "maintain/purge.h"
#include "maintain/test_store.h"
#include "store/store_layout.h"
#include "store/store_view.h"

namespace logmill::maintain {
namespace {

class Cooled : public TestStore {
 public:
  explicit Cooled(std::uint64_t seed = 1) : TestStore(seed) {
    policy.cold = {.after_ns = base::kNsPerDay, .folder = "/cold/disk", .zstd_level = 3};
    policy.compaction.enabled = false;
  }
  std::uint64_t hot_and_cold(std::uint64_t hot_records) {
    EXPECT_EQ(feed(60, 20, false), 60u);
    clock.advance(2 * base::kNsPerDay);
    EXPECT_EQ(feed(60 + hot_records, 20, false), 60u + hot_records);
    return 60 + hot_records;
  }
  std::size_t cold_files() const {
    const auto all = fs.files();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const auto& path) { return path.starts_with("/cold/") && path.ends_with(".seg"); }));
  }
};

TEST(ColdTier, OldSegmentsMoveAndReadersSeeOneStore) {
  Cooled at;
  const std::uint64_t all = at.hot_and_cold(40);
  const auto before = at.messages();
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.cold_files(), 3u);
  EXPECT_EQ(at.count_files(".seg"), 5u);
  EXPECT_EQ(at.messages(), before);
  EXPECT_EQ(at.frontier(), all);
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.cold_files(), 3u);
}

TEST(ColdTier, AReaderThatFollowsSeesNothingTwice) {
  Cooled at;
  at.hot_and_cold(0);
  store::StoreView view(at.fs, at.dir, INT64_MIN, INT64_MAX, base::null_reporter());
  ASSERT_TRUE(view.refresh());
  EXPECT_EQ(view.take_news().size(), 3u);
  ASSERT_TRUE(at.run_round());
  ASSERT_EQ(at.cold_files(), 3u);
  ASSERT_TRUE(view.refresh());
  EXPECT_EQ(view.take_news().size(), 0u);
}

TEST(ColdTier, WhenItIsAwayReadersSayAndWritersGoOn) {
  Cooled at;
  const std::uint64_t all = at.hot_and_cold(20);
  ASSERT_TRUE(at.run_round());
  ASSERT_TRUE(at.fs.rename("/cold/disk/.logmill-cold", "/cold/elsewhere"));
  EXPECT_EQ(store::check_cold_tier(at.fs, at.dir).error().code, base::ErrorCode::again);
  store::StoreView view(at.fs, at.dir, INT64_MIN, INT64_MAX, base::null_reporter());
  ASSERT_TRUE(view.refresh());
  EXPECT_EQ(view.unreadable(), 1u);
  EXPECT_EQ(at.frontier(), all);
  // A deletion cannot end, but it hides.
  store::Tombstone request;
  request.created = at.clock.now();
  request.filter = "level=error";
  request = *store::write_tombstone(at.fs, at.dir, request);
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(store::list_tombstones(at.fs, at.dir)->size(), 1u);
  ASSERT_TRUE(at.fs.rename("/cold/elsewhere", "/cold/disk/.logmill-cold"));
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(store::list_tombstones(at.fs, at.dir)->size(), 0u);
  EXPECT_EQ(at.messages().size(), all - all / 10);
}

TEST(ColdTier, AnotherFolderIsRefused) {
  Cooled at;
  at.hot_and_cold(20);
  ASSERT_TRUE(at.run_round());
  ASSERT_TRUE(at.fs.make_directories("/other"));
  ASSERT_TRUE(at.fs.open("/other/file", sys::OpenMode::create));
  EXPECT_TRUE(attach_cold_tier(at.fs, at.dir, "/cold/disk"));
  EXPECT_FALSE(attach_cold_tier(at.fs, at.dir, "/other/file"));
}

TEST(ColdTier, RetentionCoversIt) {
  Cooled at;
  at.hot_and_cold(20);
  ASSERT_TRUE(at.run_round());
  at.policy.retention.keep_count = 2;
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages(), TestStore::expected(40, 80));
  EXPECT_EQ(at.frontier(), 80u);
}

TEST(ColdTier, FailingAtEachChangeLosesAndRepeatsNothing) {
  Cooled counting;
  const std::uint64_t all = counting.hot_and_cold(20);
  const auto whole = counting.messages();
  const std::uint64_t before = counting.fs.changes();
  ASSERT_TRUE(counting.run_round());
  const std::uint64_t changes = counting.fs.changes() - before;
  for (const bool power_cut : {false, true})
    for (std::uint64_t n = 1; n <= changes; ++n) {
      SCOPED_TRACE((power_cut ? "power cut at change " : "error at change ") + std::to_string(n));
      Cooled at(n);
      ASSERT_EQ(at.hot_and_cold(20), all);
      at.fs.fail_change(n, base::ErrorCode::io);
      [[maybe_unused]] const auto interrupted = at.run_round();
      if (power_cut) at.fs.cut_power();
      at.fs.fail_nothing();
      ASSERT_EQ(at.messages(), whole);
      ASSERT_TRUE(at.run_round());
      ASSERT_EQ(at.messages(), whole);
      ASSERT_EQ(at.frontier(), all);
      ASSERT_EQ(at.cold_files(), 3u);
      ASSERT_EQ(at.count_files(".seg"), 4u);
      ASSERT_EQ(at.count_files(".tmp"), 0u);
    }
}

}  // namespace
}  // namespace logmill::maintain
