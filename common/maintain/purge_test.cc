#include "maintain/purge.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "maintain/test_store.h"
#include "store/segment_list.h"

namespace logmill::maintain {
namespace {

constexpr std::string_view kForgotten = "u7f3k9zebra";

// A store with records of two users in sealed, live and abandoned segments, and with remains of all
// kinds.
class StoreOfUsers : public TestStore {
 public:
  using TestStore::TestStore;

  void put(store::StoreWriter& writer, std::uint64_t from, std::uint64_t to) {
    record::Batch batch;
    fill(batch, from, to);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const bool forgotten = (from + row) % 5 == 2;
      batch.set("user_id", row, record::Value::string(forgotten ? kForgotten : "somebody"));
      if (forgotten)
        batch.set("message", row,
                  record::Value::string(batch.own("login of " + std::string(kForgotten) + " from host " + std::to_string(row))));
    }
    ASSERT_TRUE(writer.append(batch));
    ASSERT_TRUE(writer.commit());
    clock.advance(base::kNsPerMs);
  }

  void put_sealed(std::uint64_t from, std::uint64_t to) {
    auto writer = open();
    ASSERT_TRUE(writer);
    put(**writer, from, to);
    ASSERT_TRUE((*writer)->close());
  }

  store::Tombstone ask() {
    store::Tombstone request;
    request.created = clock.now();
    request.filter = "user_id=" + std::string(kForgotten);
    return *store::write_tombstone(fs, dir, request);
  }

  // Whether any byte of any file tells of the user, as it is or in what zstd makes of any part of
  // it.
  std::vector<std::string> files_that_tell() {
    std::vector<std::string> telling;
    for (const std::string& path : fs.files())
      if (tells(fs.content(path))) telling.push_back(path);
    return telling;
  }

  static bool tells(const std::string& content) {
    if (content.find(kForgotten) != std::string::npos) return true;
    constexpr std::string_view kFrame = "\x28\xb5\x2f\xfd";
    for (std::size_t at = content.find(kFrame); at != std::string::npos; at = content.find(kFrame, at + 1)) {
      std::string raw(16 << 20, '\0');
      const std::size_t frame = ZSTD_findFrameCompressedSize(content.data() + at, content.size() - at);
      if (ZSTD_isError(frame)) continue;
      const std::size_t got = ZSTD_decompress(raw.data(), raw.size(), content.data() + at, frame);
      if (!ZSTD_isError(got) && raw.substr(0, got).find(kForgotten) != std::string::npos) return true;
    }
    return false;
  }

  std::size_t count_of(std::string_view user) {
    std::size_t count = 0;
    const auto paths = store::list_segments(fs, dir, INT64_MIN, INT64_MAX);
    for (const std::string& path : *paths) {
      const auto segment = *store::open_segment(fs, path, base::null_reporter());
      for (std::size_t i = 0; i < segment->blocks().size(); ++i) {
        const auto block = *segment->read_block(i);
        const auto* column = *block->column("user_id");
        for (std::uint32_t row = 0; column && row < block->info().rows; ++row) count += column->at(row).text() == user;
      }
    }
    return count;
  }

  Purge purge(const store::Tombstone& request) {
    return *Purge::make(fs, dir, request, {.zstd_level = 1, .cold_level = 1, .user = 1'000, .stopped = {}}, clock, base::null_reporter());
  }
  MaintenanceLock lock() { return *MaintenanceLock::try_take(fs, dir).value(); }
};

TEST(Purge, NothingTellsOfTheForgottenAnyMore) {
  StoreOfUsers at;
  at.options.seal_rows = 1'000'000;
  at.put_sealed(0, 50);
  at.put_sealed(50, 100);
  {
    auto crashed = *at.open();
    at.put(*crashed, 100, 150);
  }
  auto writer = *at.open();
  at.put(*writer, 150, 200);
  const auto files = at.fs.files();
  const std::string segment = *std::find_if(files.begin(), files.end(), [](const auto& path) { return path.ends_with(".seg"); });
  const std::string stem = segment.substr(0, segment.rfind('.'));
  for (const char* suffix : {".idx", ".idx.tmp", ".damaged", ".new.tmp"})
    ASSERT_TRUE((*at.fs.open(stem + suffix, sys::OpenMode::create))->append("words of " + std::string(kForgotten)));
  ASSERT_GE(at.files_that_tell().size(), 7u);
  const std::size_t others = at.count_of("somebody");

  Purge purge = at.purge(at.ask());
  const auto first = purge.pass(at.lock());
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_FALSE(*first);  // the writer has not sealed yet
  EXPECT_EQ(purge.awaited(), 1u);
  at.clock.advance(base::kNsPerSecond);
  ASSERT_TRUE(writer->tick());
  const auto second = purge.pass(at.lock());
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_TRUE(*second);

  EXPECT_EQ(purge.counters().records, 40u);
  EXPECT_EQ(at.files_that_tell(), std::vector<std::string>{});
  EXPECT_EQ(at.count_of(kForgotten), 0u);
  EXPECT_EQ(at.count_of("somebody"), others);
  EXPECT_EQ(at.frontier(), 200u);
  EXPECT_TRUE(store::list_tombstones(at.fs, at.dir)->empty());
  // The writer goes on, and what comes now is nobody's business.
  at.put(*writer, 200, 210);
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(at.count_of(kForgotten), 2u);

  const std::string& audit = at.fs.content(sys::join(at.dir, "audit.ndjson"));
  EXPECT_NE(audit.find(R"("filter":"user_id=?")"), std::string::npos) << audit;
  EXPECT_NE(audit.find(R"("uid":1000)"), std::string::npos) << audit;
  EXPECT_NE(audit.find(R"("complete":true)"), std::string::npos) << audit;
}

TEST(Purge, ASegmentOfTheForgottenOnlyGoesAndItsFrontierStays) {
  StoreOfUsers at;
  at.put_sealed(0, 10);
  at.put_sealed(10, 20);
  store::Tombstone request;
  request.created = at.clock.now();
  request.filter = "service=*";
  Purge purge = at.purge(*store::write_tombstone(at.fs, at.dir, request));
  EXPECT_TRUE(*purge.pass(at.lock()));
  EXPECT_EQ(purge.counters().segments_removed, 2u);
  EXPECT_EQ(at.count_files(".seg"), 0u);
  EXPECT_EQ(at.frontier(), 20u);
}

TEST(Purge, CountsWithoutChanging) {
  StoreOfUsers at;
  at.put_sealed(0, 50);
  auto writer = *at.open();
  at.put(*writer, 50, 100);
  const auto before = at.fs.files();
  store::Tombstone request;
  request.filter = "user_id=" + std::string(kForgotten);
  EXPECT_EQ(Purge::count(at.fs, at.dir, request, base::null_reporter())->records, 20u);
  request.until = INT64_MIN + 1;
  EXPECT_EQ(Purge::count(at.fs, at.dir, request, base::null_reporter())->records, 0u);
  EXPECT_EQ(at.fs.files(), before);
}

TEST(Purge, TimesAreNotForTheFilter) {
  EXPECT_FALSE(parse_deletion_filter("user_id=a timestamp>1h", 0));
  EXPECT_FALSE(parse_deletion_filter("NOT (a=1 OR timestamp=5)", 0));
  EXPECT_TRUE(parse_deletion_filter("user_id=a", 0));
}

TEST(Purge, AnOlderRequestIsFinishedByTheMaintainer) {
  StoreOfUsers at;
  at.put_sealed(0, 50);
  at.ask();
  ASSERT_TRUE(at.run_round());
  EXPECT_TRUE(store::list_tombstones(at.fs, at.dir)->empty());
  EXPECT_EQ(at.files_that_tell(), std::vector<std::string>{});
}

// Wherever it is interrupted: the next maintainer ends it, nothing but the forgotten is gone.
TEST(Purge, FailingAtEachChangeForgetsTheSameInTheEnd) {
  const auto build = [](StoreOfUsers& at) {
    at.put_sealed(0, 25);
    at.put_sealed(25, 50);
    auto crashed = *at.open();
    at.put(*crashed, 50, 75);
  };
  StoreOfUsers counting;
  build(counting);
  const std::size_t others = counting.count_of("somebody");
  counting.ask();
  const std::uint64_t before = counting.fs.changes();
  ASSERT_TRUE(counting.run_round());
  const std::uint64_t changes = counting.fs.changes() - before;
  for (const bool power_cut : {false, true})
    for (std::uint64_t n = 1; n <= changes; ++n) {
      SCOPED_TRACE((power_cut ? "power cut at change " : "error at change ") + std::to_string(n));
      StoreOfUsers at(n);
      build(at);
      at.ask();
      at.fs.fail_change(n, base::ErrorCode::io);
      [[maybe_unused]] const auto interrupted = at.run_round();
      if (power_cut) at.fs.cut_power();
      at.fs.fail_nothing();
      at.clock.advance(base::kNsPerSecond);
      ASSERT_EQ(at.count_of("somebody"), others);
      ASSERT_TRUE(at.run_round());
      ASSERT_EQ(at.files_that_tell(), std::vector<std::string>{});
      ASSERT_EQ(at.count_of("somebody"), others);
      ASSERT_EQ(at.frontier(), 75u);
    }
}

}  // namespace
}  // namespace logmill::maintain
