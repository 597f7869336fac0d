// Readers beside writers, on the real file system.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/writer.h"
#include "support/store_fixture.h"
#include "support/temp_dir.h"

namespace logmill::store {
namespace {

using test::StoreFixture;

// Numbers of the records found, in order; fails the test if something cannot be read.
std::vector<std::uint64_t> found(const std::string& dir) {
  sys::FileSystem& fs = sys::os_file_system();
  std::vector<std::uint64_t> numbers;
  const auto paths = list_segments(fs, dir, INT64_MIN, INT64_MAX);
  EXPECT_TRUE(paths);
  for (const std::string& path : *paths) {
    const auto segment = open_segment(fs, path, base::null_reporter());
    if (!segment) {
      ADD_FAILURE() << segment.error().what;
      continue;
    }
    EXPECT_EQ((*segment)->info().damaged_blocks, 0u);
    for (std::size_t i = 0; i < (*segment)->blocks().size(); ++i) {
      const auto block = *(*segment)->read_block(i);
      const auto messages = block->column("message");
      EXPECT_TRUE(messages);
      for (std::size_t row = 0; row < block->info().rows; ++row)
        numbers.push_back(std::stoull(std::string((*messages)->at(row).text().substr(7))));
    }
  }
  return numbers;
}

TEST(Concurrency, AReaderSeesAPrefixAtAnyTime) {
  test::TempDir temporary;
  const std::string dir = temporary.path() + "/store";
  std::atomic<std::uint64_t> committed = 0;
  std::atomic<bool> done = false;
  std::thread writing([&] {
    StoreFixture made;
    made.options.seal_rows = 500;
    made.options.sync = SyncPolicy::none;
    auto writer = *StoreWriter::open(sys::os_file_system(), dir, made.options, made.clock, base::null_reporter());
    for (std::uint64_t next = 0; next < 5'000; next += 50) {
      EXPECT_TRUE(made.append(*writer, next, next + 50));
      EXPECT_TRUE(writer->commit());
      committed = next + 50;
    }
    EXPECT_TRUE(writer->close());
    done = true;
  });
  for (bool last = false; !last;) {
    last = done;
    const std::uint64_t at_least = committed;
    const auto numbers = found(dir);
    EXPECT_GE(numbers.size(), at_least);
    for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i);
  }
  writing.join();
  EXPECT_EQ(found(dir).size(), 5'000u);
}

TEST(Concurrency, WritersDoNotDisturbEachOther) {
  test::TempDir temporary;
  const std::string dir = temporary.path() + "/store";
  constexpr std::uint64_t kEach = 1'000;
  std::vector<std::thread> writers;
  for (std::uint8_t lane = 0; lane < 3; ++lane)
    writers.emplace_back([&, lane] {
      StoreFixture made;
      made.options.seal_rows = 200;
      made.options.sync = SyncPolicy::none;
      // Opened again and again: each opening looks at what the others have open.
      for (std::uint64_t next = 0; next < kEach;) {
        auto writer = StoreWriter::open(sys::os_file_system(), dir, made.options, base::system_clock(), base::null_reporter());
        ASSERT_TRUE(writer) << writer.error().what;
        for (const std::uint64_t end = next + 250; next < end; next += 50) {
          record::Batch batch;
          made.fill(batch, lane * kEach + next, lane * kEach + next + 50);
          batch.range().stream[0] = static_cast<std::uint8_t>(10 + lane);
          EXPECT_TRUE((*writer)->append(batch));
          EXPECT_TRUE((*writer)->commit());
        }
      }
    });
  for (std::thread& writer : writers) writer.join();
  auto numbers = found(dir);
  std::sort(numbers.begin(), numbers.end());
  ASSERT_EQ(numbers.size(), 3 * kEach);
  for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i);
}

// Blocks of very different sizes, on more threads than there are cores: they are committed in
// order.
TEST(Concurrency, ThreadsKeepTheOrder) {
  test::TempDir temporary;
  const std::string dir = temporary.path() + "/store";
  StoreFixture made;
  made.options.threads = 4;
  made.options.seal_rows = 20'000;
  made.options.sync = SyncPolicy::none;
  constexpr std::uint64_t kRecords = 100'000;
  std::atomic<bool> done = false;
  std::thread reading([&] {
    while (!done) {
      const auto numbers = found(dir);
      for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i);
    }
  });
  auto writer = *StoreWriter::open(sys::os_file_system(), dir, made.options, base::system_clock(), base::null_reporter());
  std::uint64_t next = 0;
  for (std::uint64_t round = 0; next < kRecords; ++round) {
    const std::uint64_t end = std::min(next + 1 + round * 7'919 % 10'000, kRecords);
    record::Batch batch = writer->take_spent();
    made.fill(batch, next, end);
    EXPECT_TRUE(writer->append(std::move(batch)));
    EXPECT_TRUE(writer->tick());
    EXPECT_EQ(writer->counters().records_in, end);
    EXPECT_LE(writer->counters().records_committed, end);
    next = end;
  }
  EXPECT_TRUE(writer->close());
  done = true;
  reading.join();
  EXPECT_EQ(writer->counters().records_committed, kRecords);
  EXPECT_EQ(writer->frontier(StoreFixture::kStream)->position, kRecords);
  EXPECT_EQ(found(dir).size(), kRecords);
}

TEST(Concurrency, NoCommitWaitsForTheSegmentThatIsSealedBesideIt) {
  for (const std::size_t random_bytes : {std::size_t{0}, std::size_t{1'000}}) {  // sealed where it stands, and written anew
    StoreFixture at;
    at.random_bytes = random_bytes;
    at.options.seal_beside = true;
    at.options.seal_rows = 100;
    auto writer = *at.open();
    at.fs.hold_renames(".seg");
    const auto write = [&](std::uint64_t first) {
      EXPECT_TRUE(at.append(*writer, first, first + 10));
      EXPECT_TRUE(writer->commit());
      EXPECT_EQ(writer->frontier(StoreFixture::kStream)->position, first + 10);
    };
    for (std::uint64_t next = 0; next < 290; next += 10) {
      write(next);
      EXPECT_EQ(at.messages(), StoreFixture::expected(0, next + 10));
    }
    EXPECT_EQ(writer->counters().segments_sealed, 0u);
    // One is being sealed, one waits for that: a third waits for the first.
    std::atomic<bool> third_is_taken = false;
    std::thread filling([&] {
      write(290);
      third_is_taken = true;
    });
    while (at.messages().size() < 300) std::this_thread::yield();  // committed before it waits
    EXPECT_FALSE(third_is_taken);
    at.fs.let_pass();
    filling.join();
    EXPECT_TRUE(writer->close());
    EXPECT_EQ(writer->counters().segments_sealed, 3u);
    EXPECT_EQ(at.messages(), StoreFixture::expected(0, 300));
    for (const std::string& path : at.fs.files()) EXPECT_FALSE(path.ends_with(".live")) << path;
  }
}

}  // namespace
}  // namespace logmill::store
