// What does not fit into memory must give the same rows as what does.
#include <gtest/gtest.h>

#include <filesystem>

#include "query/pipeline/row_sorter.h"
#include "query/testing/random_rows.h"
#include "query/testing/test_run.h"
#include "tests/support/temp_dir.h"

namespace logmill::query {
namespace {

struct Outcome {
  base::Status status;
  std::string rows;
};

Outcome run_in(Workspace& workspace, std::string_view text, const std::vector<record::Batch>& batches) {
  const Query query = parsed(text);
  TestPrinter printer;
  Pipeline pipeline(query, printer, workspace);
  for (const record::Batch& batch : batches) {
    BatchTable table(batch);
    if (auto pushed = pipeline.push(table); !pushed) return {std::move(pushed), ""};
  }
  base::Status finished = pipeline.finish();
  return {std::move(finished), printer.text};
}

class Spill : public testing::TestWithParam<std::uint64_t> {
 protected:
  // 20 batches of 30 rows: more runs than are merged at once.
  std::vector<record::Batch> random_batches() {
    std::printf("seed %llu\n", static_cast<unsigned long long>(GetParam()));
    RandomRows random(GetParam());
    std::vector<record::Batch> batches(20);
    base::TimeNs time = 0;
    for (record::Batch& batch : batches) random.fill(batch, 30, time += 3 * base::kNsPerSecond);
    return batches;
  }
};
INSTANTIATE_TEST_SUITE_P(Random, Spill, testing::Range<std::uint64_t>(1, 4));

TEST_P(Spill, GivesTheSameRowsAsMemory) {
  const std::vector<record::Batch> batches = random_batches();
  for (const char* text :
       {"* | sort ms", "* | sort -ms, service, timestamp", "* | sort level, message | head 7", "* | sort -timestamp | fields ms, service",
        "* | sort nothing", "* | count by ms", "* | count by service, level, ms", "* | count by timestamp",
        "* | stats count(), min(ms), max(message), p50(ms), p99(ms), distinct(message), first(ms), last(message) by service, status",
        "* | stats count(), distinct(ms)", "* | top 5 ms", "* | rare 5 ms, service", "* | timechart 10s count() by service",
        "* | timechart 1s max(ms) by status", "* | count by level, 5s", "* | count by ms | sort -count, ms"}) {
    for (const std::uint64_t bytes : {1ULL, 20'000ULL}) {
      Workspace unbounded, tiny(bytes, testing::TempDir());
      const Outcome whole = run_in(unbounded, text, batches), spilled = run_in(tiny, text, batches);
      ASSERT_TRUE(spilled.status) << text << ": " << spilled.status.error().what;
      EXPECT_EQ(whole.rows, spilled.rows) << text << " in " << bytes;
    }
  }
}

TEST_P(Spill, SavesStatesThatMergeToTheSame) {
  const std::vector<record::Batch> batches = random_batches();
  Query query = parsed("* | stats count(), max(ms), distinct(message) by service, status");
  ASSERT_TRUE(query.make_partial(Partial::save));
  Workspace tiny(1, testing::TempDir());
  TestPrinter printer;
  Pipeline pipeline(query, printer, tiny);
  for (const record::Batch& batch : batches) {
    BatchTable table(batch);
    ASSERT_TRUE(pipeline.push(table));
  }
  ASSERT_TRUE(pipeline.finish());
  EXPECT_NE(printer.text.find("partial"), std::string::npos);
}

TEST_P(Spill, SharesMergeWhateverWasSpilled) {
  const std::vector<record::Batch> batches = random_batches();
  const Query query = parsed("* | stats count(), min(ms), distinct(message) by ms, service");
  for (const std::uint64_t bytes : {1ULL, 30'000ULL}) {
    Workspace unbounded, tiny(bytes, testing::TempDir());
    TestPrinter printer;
    Pipeline whole(query, printer, tiny), share = Pipeline::share(query, printer, tiny);
    for (std::size_t i = 0; i < batches.size(); ++i) {
      BatchTable table(batches[i]);
      ASSERT_TRUE((i % 3 == 0 ? share : whole).push(table));
    }
    ASSERT_TRUE(whole.merge(share));
    ASSERT_TRUE(whole.finish());
    EXPECT_EQ(printer.text, run_in(unbounded, query.text(), batches).rows) << "in " << bytes;
  }
}

TEST(Workspace, WhatCannotSpillSaysSo) {
  RandomRows random(1);
  std::vector<record::Batch> batches(1);
  random.fill(batches[0], 500, 0);
  for (const char* text : {"* | uniq ms", "* | dedup message", "* | session by ms gap 1s", "* | patterns", "* | tail 400",
                           "ms>0 | context 100", "* | count by ms | compare 1d"}) {
    Workspace tiny(1, testing::TempDir());
    const Outcome outcome = run_in(tiny, text, batches);
    ASSERT_FALSE(outcome.status) << text;
    EXPECT_NE(outcome.status.error().what.find("--memory"), std::string::npos) << outcome.status.error().what;
  }
}

TEST(Workspace, AFolderThatIsNotThereIsAnError) {
  RandomRows random(1);
  std::vector<record::Batch> batches(1);
  random.fill(batches[0], 50, 0);
  for (const char* text : {"* | sort ms", "* | count by ms"}) {
    Workspace tiny(1, "/nowhere/at/all");
    const Outcome outcome = run_in(tiny, text, batches);
    ASSERT_FALSE(outcome.status) << text;
    EXPECT_NE(outcome.status.error().what.find("/nowhere/at/all"), std::string::npos) << outcome.status.error().what;
  }
}

TEST(Workspace, LeavesNoFiles) {
  RandomRows random(1);
  std::vector<record::Batch> batches(20);
  for (record::Batch& batch : batches) random.fill(batch, 50, 0);
  const test::TempDir dir;
  Workspace tiny(1, dir.path());
  EXPECT_TRUE(run_in(tiny, "* | sort ms", batches).status);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(RowSorter, LongAndManyRowsKeepTheirOrder) {
  // More rows than a chunk has, several of them longer than a chunk, and more runs than are merged at once.
  std::vector<record::Batch> batches(40);
  const std::string length(SortedRuns::kChunkTextBytes * 2, 'x');
  for (std::size_t i = 0; i < batches.size(); ++i)
    for (std::size_t j = 0; j < 100; ++j) {
      const std::size_t row = batches[i].add_row();
      batches[i].set("key", row, number(static_cast<std::int64_t>(j % 7)));
      batches[i].set("place", row, number(static_cast<std::int64_t>(i * 100 + j)));
      if (j == 50) batches[i].set("long", row, text(length));
    }
  Workspace unbounded, tiny(1, testing::TempDir());
  EXPECT_EQ(run_in(unbounded, "* | sort key", batches).rows, run_in(tiny, "* | sort key", batches).rows);
}

}  // namespace
}  // namespace logmill::query
