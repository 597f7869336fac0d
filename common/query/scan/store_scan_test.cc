#include "query/scan/store_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include "query/testing/random_rows.h"
#include "query/testing/test_printer.h"
#include "query/testing/test_rows.h"
#include "record/log_id.h"
#include "support/store_fixture.h"
#include "text/digits.h"
#include "text/json_writer.h"

namespace logmill::query {
namespace {

using record::Batch;

constexpr Context kScanContext{.now = 1'795'256'100 * base::kNsPerSecond, .utc = true};

Query query_of(std::string_view text) {
  auto query = Query::parse(text, kScanContext);
  EXPECT_TRUE(query) << text << "\n" << (query ? "" : query.error().what);
  return *std::move(query);
}

// A store of several lanes and blocks, and the same records as batches.
class Scanned : public test::StoreFixture {
 public:
  explicit Scanned(std::uint64_t seed) : test::StoreFixture(seed), rows_(seed) {}

  void write_lane(std::size_t blocks, std::size_t rows, bool sealed) { write_lane(blocks, rows, sealed, record::StreamId{}); }
  // Of a stream, whose positions count its records.
  void write_lane(std::size_t blocks, std::size_t rows, bool sealed, const record::StreamId& stream) {
    options.seal_on_close = sealed;
    auto writer = open();
    ASSERT_TRUE(writer);
    for (std::size_t i = 0; i < blocks; ++i) {
      Batch& batch = batches.emplace_back();
      rows_.fill(batch, rows, clock.time + static_cast<std::int64_t>(i) * 30 * base::kNsPerSecond);
      if (stream != record::StreamId{}) {
        batch.range() = {stream, 3, i * rows, (i + 1) * rows};
        for (std::size_t row = 0; row < rows; ++row) batch.positions().push_back(static_cast<std::uint32_t>(row));
      }
      ASSERT_TRUE((*writer)->append(batch));
      ASSERT_TRUE((*writer)->commit());
    }
    ASSERT_TRUE((*writer)->close());
  }

  void open_segments() {
    const auto paths = store::list_segments(fs, dir, INT64_MIN, INT64_MAX);
    ASSERT_TRUE(paths);
    for (const std::string& path : *paths) {
      auto segment = store::open_segment(fs, path, base::null_reporter());
      ASSERT_TRUE(segment) << segment.error().what;
      segments.push_back(*std::move(segment));
    }
  }

  std::string from_store(const Query& query, ScanCounts* counts = nullptr) {
    TestPrinter printer;
    Pipeline pipeline(query, printer);
    StoreScan scan = new_scan(query);
    EXPECT_TRUE(scan.run(pipeline));
    EXPECT_TRUE(pipeline.finish());
    if (counts) *counts = scan.counts();
    return printer.text;
  }

  // What the scan holds has bounds, what stages hold has none.
  std::string from_store_within(std::uint64_t bytes, const Query& query) {
    Workspace workspace(bytes, testing::TempDir());
    TestPrinter printer;
    Pipeline pipeline(query, printer);
    StoreScan scan = new_scan(query);
    scan.use_workspace(workspace);
    const base::Status status = scan.run(pipeline);
    EXPECT_TRUE(status) << status.error().what;
    EXPECT_TRUE(pipeline.finish());
    return printer.text;
  }

  std::string in_any_order(const Query& query) {
    TestPrinter printer;
    Pipeline pipeline(query, printer);
    StoreScan scan = new_scan(query);
    scan.in_any_order();
    EXPECT_TRUE(scan.run(pipeline));
    EXPECT_TRUE(pipeline.finish());
    return printer.text;
  }

  std::string newest(const Query& query, std::uint64_t wanted, ScanCounts* counts = nullptr) {
    TestPrinter printer;
    StoreScan scan = new_scan(query);
    EXPECT_TRUE(scan.run_newest(wanted, printer));
    if (counts) *counts = scan.counts();
    return printer.text;
  }

  std::string from_batches(const Query& query) {
    TestPrinter printer;
    Pipeline pipeline(query, printer);
    for (const Batch& batch : batches) {
      BatchTable table(batch);
      EXPECT_TRUE(pipeline.push(table));
    }
    EXPECT_TRUE(pipeline.finish());
    return printer.text;
  }

  RandomRows& random() { return rows_; }
  std::vector<Batch> batches;
  std::vector<std::unique_ptr<store::SegmentReader>> segments;

 private:
  StoreScan new_scan(const Query& query) {
    StoreScan scan(query, base::null_reporter(), stop_, nullptr);
    for (const auto& segment : segments) scan.add(*segment);
    return scan;
  }

  RandomRows rows_;
  sys::Stop stop_;
};

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

class StoreScanSeeds : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Random, StoreScanSeeds, testing::Range<std::uint64_t>(1, 7));

TEST_P(StoreScanSeeds, AnswersAsBatchesDoWhateverTheQuery) {
  Scanned store(GetParam());
  store.write_lane(3, 40, true);
  store.write_lane(4, 25, false);
  store.write_lane(1, 10, true);
  store.write_lane(1, 2'500, true);  // small blocks are stored by row, this one by column
  store.open_segments();
  for (int i = 0; i < 60; ++i) {
    const std::string filter = store.random().filter();
    const Query rows = query_of(filter + " | fields timestamp, level, service, status, ms, message");
    EXPECT_EQ(sorted_lines(store.from_store(rows)), sorted_lines(store.from_batches(rows))) << filter;
    const Query query = query_of(filter + " | " + store.random().stages());
    if (!query.order_matters()) {
      EXPECT_EQ(sorted_lines(store.from_store(query)), sorted_lines(store.from_batches(query))) << query.text();
    }
  }
}

TEST_P(StoreScanSeeds, RowsComeInTheOrderOfTheirTimes) {
  Scanned store(GetParam());
  store.write_lane(3, 40, true);
  store.write_lane(4, 25, true);
  store.open_segments();
  const std::string all = store.from_store(query_of("* | fields timestamp"));
  const std::string sorted = store.from_store(query_of("* | sort timestamp | fields timestamp"));
  EXPECT_EQ(all, sorted);
}

TEST_P(StoreScanSeeds, RowsInAnyOrderAreTheSame) {
  Scanned store(GetParam());
  for (int lane = 0; lane < 3; ++lane) store.write_lane(3, 40, true);
  store.open_segments();
  const Query query = query_of("* | fields timestamp, level, message");
  const std::string stored = store.in_any_order(query), by_time = store.from_store(query);
  EXPECT_NE(stored, by_time);
  EXPECT_EQ(sorted_lines(stored), sorted_lines(by_time));
}

TEST_P(StoreScanSeeds, RowsThatDoNotFitIntoMemoryKeepTheirOrder) {
  Scanned store(GetParam());
  for (int lane = 0; lane < 4; ++lane) store.write_lane(3, 40, lane % 2 == 0);
  store.open_segments();
  for (const char* text : {"*", "level>=warn", "level>=warn | head 9", "* | uniq service, ms", "* | tail 30"}) {
    // The order of fields may be another: that of all blocks, not of each.
    const Query query = query_of(std::string(text) + " | fields timestamp, level, service, status, ms, message");
    EXPECT_EQ(store.from_store(query), store.from_store_within(20'000, query)) << text;
  }
}

TEST_P(StoreScanSeeds, TheNewestRowsAreTheLastOfAll) {
  Scanned store(GetParam());
  store.write_lane(3, 40, true);
  store.write_lane(4, 25, true);
  store.open_segments();
  for (const char* filter :
       {"* | fields timestamp, message, ms", "level>=warn | drop status, ms", "service=auth | fields timestamp, status | where status?"}) {
    for (const std::uint64_t wanted : {1, 7, 1000}) {
      const Query query = query_of(filter);
      const Query whole = query_of(std::string(filter) + " | tail " + std::to_string(wanted));
      EXPECT_EQ(store.newest(query, wanted), store.from_store(whole)) << filter << " " << wanted;
    }
  }
}

// A segment of its own.
void seal(Scanned& store, Batch rows) {
  const Batch& batch = store.batches.emplace_back(std::move(rows));
  auto writer = store.open();
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->append(batch));
  ASSERT_TRUE((*writer)->close());
}

TEST(StoreScan, TheNewestRowsNeedFewBlocks) {
  Scanned store(1);
  store.options.seal_on_close = false;
  store.write_lane(20, 1000, false);
  store.open_segments();
  ScanCounts counts;
  store.newest(query_of("*"), 5, &counts);
  EXPECT_LE(counts.blocks_read, 4u);
  EXPECT_EQ(counts.blocks_read + counts.blocks_not_needed, counts.blocks);
}

TEST(StoreScan, BlocksOfOtherTimesAreNotRead) {
  Scanned store(1);
  store.write_lane(20, 100, false);
  store.open_segments();
  ScanCounts counts;
  store.from_store(query_of("timestamp<2026-11-21T10:16:00Z | count"), &counts);
  EXPECT_GT(counts.blocks_outside_time, 10u);
  EXPECT_EQ(counts.blocks_read + counts.blocks_outside_time, counts.blocks);
}

std::string log_id_of(const record::StreamId& stream, std::uint32_t epoch, std::uint64_t position) {
  std::string id(record::kLogIdBytes, ' ');
  record::write_log_id(id.data(), stream, epoch, position);
  return id;
}

TEST(StoreScan, AnIdLeadsToItsBlock) {
  constexpr record::StreamId kStream{1, 2, 3}, kOther{1, 2, 3, 4, 5};  // ids that begin alike
  for (const bool sealed : {false, true}) {
    Scanned store(1);
    store.write_lane(5, 40, sealed, kStream);
    store.write_lane(5, 40, sealed, kOther);
    store.open_segments();
    ScanCounts counts;
    const auto found = [&](const std::string& filter) { return store.from_store(query_of(filter + " | count"), &counts); };
    EXPECT_EQ(found("log_id=" + log_id_of(kOther, 3, 40)), "count=1\n");
    EXPECT_EQ(counts.blocks_read, 1u);
    EXPECT_EQ(counts.blocks_outside_zones, counts.blocks - 1);
    EXPECT_EQ(found("log_id in (" + log_id_of(kOther, 3, 0) + ", " + log_id_of(kStream, 3, 199) + ")"), "count=2\n");
    EXPECT_EQ(counts.blocks_read, 2u);
    for (const std::string& id : {log_id_of(kOther, 2, 40), log_id_of(kOther, 3, 200), log_id_of({1, 2, 4}, 3, 40)}) {
      EXPECT_EQ(found("log_id=" + id), "count=0\n");
      EXPECT_EQ(counts.blocks_read, 0u) << id;
    }
    EXPECT_EQ(found("NOT log_id=" + log_id_of(kOther, 3, 40)), "count=399\n");
    EXPECT_EQ(found("log_id=" + log_id_of(kOther, 3, 40) + " OR log_id=" + log_id_of(kStream, 3, 41)), "count=2\n");
  }
}

TEST(StoreScan, BlocksWithoutAnyValueInTheRangeAreNotDecoded) {
  Scanned store(1);
  store.write_lane(3, 40, true);
  store.open_segments();
  for (const char* filter : {"status>=500", "status<197", "ms>1000000", "status=404", "status in (1, 2)", "status>204 service?"}) {
    ScanCounts counts;
    EXPECT_EQ(store.from_store(query_of(std::string(filter) + " | fields ms"), &counts), "") << filter;
    EXPECT_EQ(counts.blocks_read, 0u) << filter;
    EXPECT_EQ(counts.blocks_outside_zones, counts.blocks) << filter;
  }
  for (const char* filter : {"status>=203", "status<=198", "NOT status>=500", "status=200", "status in (1, 200)"}) {
    const Query query = query_of(std::string(filter) + " | stats count(), max(message)");  // what no footer knows
    ScanCounts counts;
    EXPECT_EQ(store.from_store(query, &counts), store.from_batches(query)) << filter;
    EXPECT_EQ(counts.blocks_read, counts.blocks) << filter;
  }
}

// Blocks whose numbers are all written alike are summed from their digits: the answer is that of blocks where they are not.
TEST(StoreScan, NumbersWrittenAlikeComeToTheSame) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 40;
  const auto whole = [](std::int64_t number) { return record::Value::integer(number); };
  const auto decimal = [](std::int64_t number, unsigned scale) { return record::Value::decimal(number, scale); };
  const std::vector<std::function<record::Value(std::int64_t)>> blocks = {
      [&](std::int64_t i) { return whole(i * 7919 % 5000 - 2500); },
      [&](std::int64_t i) { return decimal(i * 7919 % 5000 - 2500, 2); },
      [&](std::int64_t i) { return i % 2 == 0 ? decimal(i * 10 + 1, 1) : decimal(i * 7919 % 5000, 6); },
      [&](std::int64_t i) { return whole(i % 2 == 0 ? kLarge + i : -kLarge - i); },
      [&](std::int64_t i) { return i % 3 == 0 ? record::Value::string("2") : whole(i); },
      [&](std::int64_t i) { return whole(i % 2 == 0 ? INT64_MAX - i : INT64_MIN + i); },
      [&](std::int64_t i) { return i % 5 == 0 ? record::Value() : whole(i * 7919 % 5000); },
  };
  Scanned store(1);
  store.options.seal_on_close = true;
  for (const auto& value : blocks) {
    std::vector<TestRow> rows;
    for (std::int64_t i = 0; i < 3'000; ++i)
      rows.push_back({{"timestamp", whole(store.clock.time)}, {"n", value(i)}, {"by", text(i % 7 == 1 ? "b" : "a")}});
    seal(store, batch_of(rows));
  }
  store.open_segments();
  std::size_t alike = 0;
  for (const auto& segment : store.segments) {
    const auto block = segment->read_block(0);
    ASSERT_TRUE(block);
    const auto numbers = (*block)->numbers("n");
    ASSERT_TRUE(numbers);
    alike += *numbers != nullptr;
  }
  EXPECT_EQ(alike, 4u);
  for (const char* asked :
       {"* | stats sum(n), avg(n), min(n), max(n)", "* | stats sum(n), avg(n), min(n), max(n) by by", "n>2 | stats max(n), avg(n) by by"}) {
    const Query query = query_of(asked);
    EXPECT_EQ(sorted_lines(store.from_store(query)), sorted_lines(store.from_batches(query))) << asked;
  }
}

TEST(StoreScan, DifferentIdsOfManyBlocksAreCountedOnce) {
  Scanned store(1);
  store.options.seal_on_close = true;
  std::vector<std::string> ids(700);
  for (std::uint64_t i = 0; i < ids.size(); ++i)
    for (int shift = 56; shift >= 0; shift -= 8)
      text::append_hex_byte(ids[i], static_cast<unsigned char>((i + 1) * 0x9e3779b97f4a7c15 >> shift));
  for (const std::size_t different : {63, 64, 65, 700}) {
    std::vector<TestRow> rows;
    for (std::size_t i = 0; i < 3'000; ++i) {
      rows.push_back({{"timestamp", record::Value::integer(store.clock.time)},
                      {"id", text(ids[i * 7919 % different])},
                      {"by", text(i % 7 == 1 ? "b" : "a")}});
      if (i % 11 == 3) rows.back().erase(rows.back().begin() + 1);
    }
    seal(store, batch_of(rows));
  }
  store.open_segments();
  std::size_t dictionaries = 0;
  for (const auto& segment : store.segments) {
    const auto block = segment->read_block(0);
    ASSERT_TRUE(block);
    const auto column = (*block)->column("id");
    ASSERT_TRUE(column);
    dictionaries += (*column)->dictionary();
  }
  EXPECT_EQ(dictionaries, 4u);
  EXPECT_EQ(store.from_store(query_of("* | distinct(id)")), "distinct(id)=700\n");
  for (const char* asked : {"* | stats distinct(id) by by", "by=b | distinct(id)"}) {
    const Query query = query_of(asked);
    EXPECT_EQ(sorted_lines(store.from_store(query)), sorted_lines(store.from_batches(query))) << asked;
  }
}

TEST(StoreScan, CountsOfBlocksWithinATimeRangeComeFromFooters) {
  Scanned store(1);
  const base::TimeNs start = store.clock.time;
  for (int lane = 0; lane < 3; ++lane) {
    store.clock.time = start + lane * 3600 * base::kNsPerSecond;
    store.write_lane(1, 6'000, true);  // fewer have no footer
  }
  store.open_segments();
  std::string from = "timestamp>='";
  text::append_time_utc(from, start + 3600 * base::kNsPerSecond);
  // All of the second and the third, and a part of the third.
  std::string part = from + "' timestamp<'";
  text::append_time_utc(part, start + 7230 * base::kNsPerSecond);
  for (const char* stage : {"count", "count by level", "count by service", "top 3 service", "timechart 1h count()",
                            "timechart 1h count() by level", "count by level, 1d"}) {
    const Query whole = query_of(from + "' | " + stage), cut = query_of(part + "' | " + stage);
    ScanCounts counts;
    EXPECT_EQ(store.from_store(whole, &counts), store.from_batches(whole)) << whole.text();
    EXPECT_EQ(counts.blocks_counted, 2u) << whole.text();
    EXPECT_EQ(store.from_store(cut, &counts), store.from_batches(cut)) << cut.text();
  }
}

TEST(StoreScan, StartsBehindRowsThatWereTaken) {
  Scanned store(1);
  store.write_lane(3, 10, false);
  store.open_segments();
  const Query query = query_of("* | count");
  TestPrinter printer;
  Pipeline pipeline(query, printer);
  sys::Stop stop;
  StoreScan scan(query, base::null_reporter(), stop, nullptr);
  const store::RowSpan rest{13, UINT64_MAX};
  scan.add(*store.segments[0], {&rest, 1});
  ASSERT_TRUE(scan.run(pipeline));
  ASSERT_TRUE(pipeline.finish());
  EXPECT_EQ(printer.text, "count=17\n");
}

TEST(StoreScan, NamesOfFieldsAreLearntUnlessNobodyAsks) {
  Scanned store(1);
  store.write_lane(3, 10, false);
  store.open_segments();
  const Query query = query_of("*");
  for (const bool learn : {true, false}) {
    TestPrinter printer;
    Pipeline pipeline(query, printer);
    sys::Stop stop;
    StoreScan scan(query, base::null_reporter(), stop, nullptr);
    scan.add(*store.segments[0]);
    if (!learn) scan.leave_out_field_names();
    ASSERT_TRUE(scan.run(pipeline));
    ASSERT_TRUE(pipeline.finish());
    EXPECT_EQ(scan.field_names().empty(), !learn);
    EXPECT_EQ(printer.text, store.from_store(query));
  }
}

TEST(StoreScan, APrunerKeepsBlocksFromBeingRead) {
  struct NoBlock : BlockPruner {
    bool may_match(const store::SegmentReader&, std::size_t) override { return false; }
  } pruner;
  Scanned store(1);
  store.write_lane(3, 10, false);
  store.open_segments();
  const Query query = query_of("*");
  sys::Stop stop;
  StoreScan scan(query, base::null_reporter(), stop, &pruner);
  scan.add(*store.segments[0]);
  EXPECT_EQ(scan.counts().blocks_ruled_out, scan.counts().blocks);
}

}  // namespace
}  // namespace logmill::query
