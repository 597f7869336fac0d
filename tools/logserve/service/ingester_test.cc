#include "logserve/service/ingester.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "record/fields.h"
#include "store/reader.h"
#include "support/io_fixture.h"

namespace logmill::logserve {
namespace {

using record::Severity;
using record::Value;

// The ingester looks at it from its own thread.
class SharedClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return time; }
  std::int64_t steady_ns() const override { return time; }
  void advance(std::int64_t ns) { time += ns; }

 private:
  std::atomic<base::TimeNs> time = 1'795'256'100 * base::kNsPerSecond;
};

constexpr record::StreamId kKey = {7, 7, 7};
constexpr std::int64_t kHourNs = 3'600 * base::kNsPerSecond;

struct Ingesting : test::IoFixtureOf<SharedClock> {
  Ingesting() { options.stores = {"store"}; }

  void open() {
    auto opened = Ingester::open(options, io);
    ASSERT_TRUE(opened) << opened.error().what;
    ingester = *std::move(opened);
  }
  void close() {
    const auto closed = ingester->close();
    ASSERT_TRUE(closed) << closed.error().what;
    ingester.reset();
  }
  // Of a request with a key: how many of `rows` records at a place of it were there before.
  std::uint64_t repeated(std::uint64_t from, std::size_t rows, std::uint32_t& epoch) {
    record::Batch batch;
    batch.range() = {kKey, epoch, from, from + rows};
    for (std::size_t i = 0; i < rows; ++i) {
      batch.set("n", batch.add_row(), Value::integer(static_cast<std::int64_t>(from + i)));
      batch.positions().push_back(static_cast<std::uint32_t>(i));
    }
    const auto taken = ingester->take(batch);
    EXPECT_TRUE(taken) << taken.error().what;
    epoch = batch.range().epoch;
    return taken ? taken->repeated : UINT64_MAX;
  }
  std::uint64_t repeated() {
    std::uint32_t epoch = 0;
    return repeated(0, 5, epoch);
  }
  std::uint64_t stored() {
    std::uint64_t rows = 0;
    const auto paths = store::list_segments(fs, "store", INT64_MIN, INT64_MAX);
    for (const std::string& path : *paths) rows += (*store::open_segment(fs, path, base::null_reporter()))->info().rows;
    return rows;
  }

  Options options;
  std::unique_ptr<Ingester> ingester;
};

TEST(Ingester, AKeyIsKnownForItsTimeAlsoAfterARestart) {
  Ingesting at;
  at.open();
  EXPECT_EQ(at.repeated(), 0u);
  at.clock.advance(23 * kHourNs);
  EXPECT_EQ(at.repeated(), 5u);
  at.close();
  at.open();
  EXPECT_EQ(at.repeated(), 5u) << "after a restart";
  // A day after it was first seen, not after it was seen last.
  at.clock.advance(kHourNs - base::kNsPerSecond);
  EXPECT_EQ(at.repeated(), 5u);
  at.clock.advance(base::kNsPerSecond);
  EXPECT_EQ(at.repeated(), 0u) << "it is another request now";
  EXPECT_EQ(at.repeated(), 5u);
  at.close();
  EXPECT_EQ(at.stored(), 10u);
}

TEST(Ingester, AClockThatIsSetBackMakesNothingNew) {
  Ingesting at;
  at.open();
  EXPECT_EQ(at.repeated(), 0u);
  at.clock.advance(-48 * kHourNs);
  EXPECT_EQ(at.repeated(), 5u);
  at.close();
  EXPECT_EQ(at.stored(), 5u);
}

TEST(Ingester, ARequestThatOutlivesItsKeyGoesOnAsItBegan) {
  Ingesting at;
  at.options.key_age_ns = kHourNs;
  at.open();
  std::uint32_t epoch = 0;
  EXPECT_EQ(at.repeated(0, 5, epoch), 0u);
  at.clock.advance(2 * kHourNs);
  EXPECT_EQ(at.repeated(5, 5, epoch), 0u);
  EXPECT_EQ(at.repeated(5, 5, epoch), 5u);
  at.close();
  EXPECT_EQ(at.stored(), 10u);
}

TEST(Ingester, TheSameKeyTwiceInOneCommitIsTakenOnce) {
  Ingesting at;
  at.open();
  std::atomic<std::uint64_t> repeated = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      at.clock.advance(base::kNsPerSecond);
      repeated += at.repeated();
    });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(repeated, 35u);
  at.close();
  EXPECT_EQ(at.stored(), 5u);
}

// A store that has no room, and what waits for it.
struct Overloaded : Ingesting {
  explicit Overloaded(record::OverloadPolicy policy, double how_full = 0.8) {
    options.overload = policy;
    fill(filler, 30'000, {Severity::warn});
    options.queue_bytes_max = static_cast<std::uint64_t>(static_cast<double>(filler.memory_bytes()) / how_full);
    open();
    // What the first commit needs is there, so that the next one finds no room.
    fs.set_capacity(0);
    waiting = std::thread([this] { EXPECT_TRUE(ingester->take(filler)); });
    while (ingester->waiting_bytes() == 0) std::this_thread::yield();
  }
  ~Overloaded() {
    room();
    close();
  }
  void room() {
    fs.set_capacity(UINT64_MAX);
    if (waiting.joinable()) waiting.join();
  }
  // There is room once it waits.
  Ingester::Taken take_while_full(record::Batch& batch) {
    const std::uint64_t before = ingester->waiting_bytes();
    std::atomic<bool> ended = false;
    Ingester::Taken taken;
    std::thread client([&] {
      auto result = ingester->take(batch);
      EXPECT_TRUE(result) << result.error().what;
      if (result) taken = *std::move(result);
      ended = true;
    });
    while (ingester->waiting_bytes() == before && !ended) std::this_thread::yield();
    room();
    client.join();
    return taken;
  }
  static void fill(record::Batch& batch, std::size_t rows, std::initializer_list<Severity> levels) {
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = batch.add_row();
      batch.levels()[row] = levels.begin()[i % levels.size()];
      batch.set(record::kService, row, Value::string("shop"));
      batch.set(record::kMessage, row, Value::string(batch.own("message " + std::to_string(i) + std::string(900, '.'))));
    }
  }
  static std::int64_t kept(const Ingester::Taken& taken) { return std::count(taken.keep.begin(), taken.keep.end(), 1); }

  record::Batch filler;
  std::thread waiting;
};

TEST(Ingester, ShedsWhatIsBelowWarnAndTellsIt) {
  Overloaded at(record::OverloadPolicy::shed);
  record::Batch batch;
  at.fill(batch, 400, {Severity::info, Severity::warn, Severity::debug, Severity::error});
  const Ingester::Taken taken = at.take_while_full(batch);
  EXPECT_EQ(at.kept(taken), 200);
  EXPECT_EQ(at.ingester->drops(), (Ingester::Drops{{{Severity::info, "shop"}, 100}, {{Severity::debug, "shop"}, 100}}));
  EXPECT_EQ(batch.rows(), 202u) << "with a record for each level";
  EXPECT_EQ(batch.range().to - batch.range().from, 202u) << "each has a place of its own";
}

TEST(Ingester, SamplesRequestsOfOneRecordToo) {
  Overloaded at(record::OverloadPolicy::sample, 0.7);
  constexpr std::size_t kRequests = 40;
  std::atomic<std::size_t> dropped = 0, ended = 0;
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kRequests; ++i)
    clients.emplace_back([&] {
      record::Batch batch;
      at.fill(batch, 1, {Severity::info});
      const auto taken = at.ingester->take(batch);
      EXPECT_TRUE(taken) << taken.error().what;
      ++ended;
      if (taken && at.kept(*taken) == 0 && !taken->keep.empty()) ++dropped;
    });
  // With the filler.
  while (at.ingester->waiting_requests() + ended < kRequests + 1) std::this_thread::yield();
  at.room();
  for (std::thread& client : clients) client.join();
  EXPECT_GT(dropped, 0u);
  EXPECT_LT(dropped, kRequests);
}

TEST(Ingester, WhatHasAKeyIsTakenWholeOrRefused) {
  Overloaded at(record::OverloadPolicy::shed);
  record::Batch batch;
  at.fill(batch, 400, {Severity::info});
  batch.range() = {kKey, 0, 0, 400};
  for (std::uint32_t i = 0; i < 400; ++i) batch.positions().push_back(i);
  const Ingester::Taken taken = at.take_while_full(batch);
  EXPECT_TRUE(taken.keep.empty());
  EXPECT_EQ(batch.rows(), 400u);
}

TEST(Ingester, RefusesWhatTheQueueHasNoRoomFor) {
  for (const record::OverloadPolicy policy : {record::OverloadPolicy::block, record::OverloadPolicy::shed}) {
    Overloaded at(policy);
    record::Batch batch;
    at.fill(batch, 20'000, {Severity::warn, Severity::error});
    const auto taken = at.ingester->take(batch);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, base::ErrorCode::again);
    EXPECT_TRUE(at.ingester->drops().empty());
  }
}

}  // namespace
}  // namespace logmill::logserve
