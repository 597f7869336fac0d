#include "spool/spool.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "codec/reader.h"
#include "record/fields.h"
#include "spool/spool_format.h"
#include "support/fault_fs.h"

namespace logmill::spool {
namespace {

using test::FaultFs;

constexpr record::StreamId kStream = {1, 2, 3};

// A spool in a FaultFs, and a receiver that notes which positions it was sent.
struct SpoolFixture {
  FaultFs fs;
  SpoolOptions options;
  std::vector<std::uint64_t> received;  // sent and acknowledged, or sent and not

  explicit SpoolFixture(std::uint64_t seed = 1) : fs(seed) { options.bytes_max = 8'000; }

  base::Result<std::unique_ptr<Spool>> open() { return Spool::open(fs, "queue/web", options, base::null_reporter()); }

  // A record for each number in [from, to): its position in the stream.
  static base::Result<std::size_t> append(Spool& spool, std::uint64_t from, std::uint64_t to, const record::StreamId& stream = kStream) {
    record::Batch batch;
    batch.range() = {stream, 1, from, to};
    for (std::uint64_t i = from; i < to; ++i) {
      const std::size_t row = batch.add_row();
      batch.positions().push_back(static_cast<std::uint32_t>(i - from));
      batch.set(record::kRaw, row, record::Value::string(batch.own("line " + std::to_string(i))));
    }
    return spool.append(batch);
  }

  // Takes what is there, as a sink does: repeats are dropped, a gap is a failure.
  void receive(Spool& spool, std::size_t frames = SIZE_MAX) {
    while (frames-- > 0) {
      const auto frame = spool.next();
      if (!frame || !*frame) return;
      for (std::uint64_t i = (*frame)->range.from; i < (*frame)->range.to; ++i) {
        if (i < received.size()) continue;
        ASSERT_EQ(i, received.size()) << "a gap";
        received.push_back(i);
      }
      spool.acknowledge_one();
    }
  }

  std::uint64_t frontier() {
    const auto frontiers = read_frontiers(fs, "queue/web");
    return !frontiers || frontiers->empty() ? 0 : frontiers->front().position;
  }
  std::size_t segments() { return list_segments(fs, "queue/web")->size(); }
};

TEST(Spool, GivesWhatWasCommittedInOrder) {
  SpoolFixture at;
  const auto spool = *at.open();
  ASSERT_TRUE(SpoolFixture::append(*spool, 0, 5));
  EXPECT_FALSE(spool->next()->has_value()) << "not committed yet";
  ASSERT_TRUE(spool->commit());
  ASSERT_TRUE(SpoolFixture::append(*spool, 5, 9));
  at.receive(*spool);
  EXPECT_EQ(at.received.size(), 5u);
  ASSERT_TRUE(spool->commit());
  at.receive(*spool);
  EXPECT_EQ(at.received.size(), 9u);
  EXPECT_TRUE(spool->drained());
}

TEST(Spool, KeepsTheSinkRule) {
  SpoolFixture at;
  const auto spool = *at.open();
  ASSERT_TRUE(SpoolFixture::append(*spool, 0, 10));
  EXPECT_EQ(*SpoolFixture::append(*spool, 0, 10), 10u) << "a repeat";
  EXPECT_EQ(*SpoolFixture::append(*spool, 8, 12), 2u) << "an overlap";
  const auto gap = SpoolFixture::append(*spool, 13, 14);
  ASSERT_FALSE(gap);
  EXPECT_EQ(gap.error().code, base::ErrorCode::again);
  ASSERT_TRUE(spool->commit());
  EXPECT_EQ(at.frontier(), 12u);
  at.receive(*spool);
  EXPECT_EQ(at.received.size(), 12u);
}

TEST(Spool, AnEmptyRangeIsKept) {
  SpoolFixture at;
  const auto spool = *at.open();
  record::Batch decided;
  decided.range() = {kStream, 1, 0, 100};
  ASSERT_TRUE(spool->append(decided));
  ASSERT_TRUE(spool->commit());
  EXPECT_EQ(at.frontier(), 100u);
  EXPECT_EQ((**spool->next()).range.to, 100u);
}

TEST(Spool, GoesOnWhereTheLastRunEnded) {
  SpoolFixture at;
  {
    const auto spool = *at.open();
    ASSERT_TRUE(SpoolFixture::append(*spool, 0, 10));
    ASSERT_TRUE(SpoolFixture::append(*spool, 10, 20));
    ASSERT_TRUE(spool->commit());
    at.receive(*spool, 1);
    ASSERT_TRUE(spool->close());
  }
  const auto spool = *at.open();
  const auto frame = *spool->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->range.from, 10u) << "what was acknowledged is not sent again";
  EXPECT_TRUE(frame->from_before);
  EXPECT_EQ(*SpoolFixture::append(*spool, 0, 20), 20u);
}

TEST(Spool, FrontiersOutliveTheFrames) {
  SpoolFixture at;
  record::StreamId other = {9};
  {
    const auto spool = *at.open();
    ASSERT_TRUE(SpoolFixture::append(*spool, 0, 7, other));
    ASSERT_TRUE(spool->commit());
    ASSERT_TRUE(spool->next()->has_value());
    spool->acknowledge_one();
    for (std::uint64_t i = 0; i < 400; i += 10) {
      ASSERT_TRUE(SpoolFixture::append(*spool, i, i + 10));
      ASSERT_TRUE(spool->commit());
      at.receive(*spool);
    }
    EXPECT_LE(at.segments(), 2u);
  }
  EXPECT_EQ(at.fs.files().size(), at.segments() + 1) << "segments and the lock, no more";
  const auto frontiers = *read_frontiers(at.fs, "queue/web");
  ASSERT_EQ(frontiers.size(), 2u) << "the latest last";
  EXPECT_EQ(frontiers[0].position, 7u);
  EXPECT_EQ(*SpoolFixture::append(**at.open(), 0, 7, other), 7u);
}

TEST(Spool, IsFullUntilSomethingIsAcknowledged) {
  SpoolFixture at;
  const auto spool = *at.open();
  std::uint64_t next = 0;
  while (spool->wait_for_room(0)) {
    ASSERT_TRUE(SpoolFixture::append(*spool, next, next + 5));
    ASSERT_TRUE(spool->commit());
    next += 5;
  }
  EXPECT_GE(spool->bytes(), at.options.bytes_max);
  EXPECT_LE(spool->bytes(), at.options.bytes_max + 500) << "a frame more";
  at.receive(*spool, 1);
  EXPECT_FALSE(spool->wait_for_room(0)) << "a segment holds more than one frame";
  at.receive(*spool);
  EXPECT_TRUE(spool->wait_for_room(0));
  EXPECT_EQ(at.received.size(), next);
}

TEST(Spool, OneHugeFrameIsTakenWhenNothingWaits) {
  SpoolFixture at;
  at.options.bytes_max = 100;
  const auto spool = *at.open();
  ASSERT_TRUE(spool->wait_for_room(0));
  ASSERT_TRUE(SpoolFixture::append(*spool, 0, 100));
  ASSERT_TRUE(spool->commit());
  EXPECT_FALSE(spool->wait_for_room(0));
  at.receive(*spool);
  EXPECT_TRUE(spool->wait_for_room(0));
}

// For the thread sanitizer, mostly: a writer that waits for room, and a reader.
TEST(Spool, OneThreadWritesWhileAnotherReads) {
  constexpr std::uint64_t kNumbers = 3'000;
  SpoolFixture at;
  const auto spool = *at.open();
  std::thread writer([&] {
    for (std::uint64_t next = 0; next < kNumbers; next += 10) {
      while (!spool->wait_for_room(100)) {
      }
      EXPECT_TRUE(SpoolFixture::append(*spool, next, next + 10));
      EXPECT_TRUE(spool->commit());
    }
  });
  while (at.received.size() < kNumbers && !HasFailure()) at.receive(*spool);
  writer.join();
  EXPECT_TRUE(spool->drained());
  EXPECT_LE(at.segments(), 2u);
}

TEST(Spool, OnlyOneProgramAtATime) {
  SpoolFixture at;
  const auto first = *at.open();
  const auto second = at.open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::again);
}

TEST(Spool, IsReadAsFramesByWhoeverReadsFrames) {
  SpoolFixture at;
  const auto spool = *at.open();
  ASSERT_TRUE(SpoolFixture::append(*spool, 0, 3));
  ASSERT_TRUE(spool->close());
  const std::string bytes = at.fs.content(segment_path("queue/web", 1));
  const auto reader = codec::make_reader({.format = codec::Format::frames}, base::null_reporter());
  record::Batch batch;
  reader->begin(batch);
  std::size_t done = 0;
  codec::Decoded decoded;
  while ((decoded = reader->decode(batch, codec::InputEnd::no)) == codec::Decoded::needs_input && done < bytes.size()) {
    const auto room = reader->room(batch);
    const std::size_t size = std::min(room.size(), bytes.size() - done);
    std::copy_n(bytes.data() + done, size, room.data());
    reader->added(batch, size);
    done += size;
  }
  ASSERT_EQ(decoded, codec::Decoded::batch_ready);
  EXPECT_EQ(batch.rows(), 3u);
}

TEST(Spool, TheDocumentsExampleIsTrue) {
  std::string head;
  append_head(head, 1, {});
  constexpr unsigned char kChecksums[] = {0xdb, 0xec, 0x4e, 0x07, 0xf4, 0xdf, 0x4b, 0xc4, 0x78,
                                          0x02, 0x9a, 0xed, 0x5f, 0x58, 0x7c, 0x0b, 0};
  ASSERT_EQ(head.size(), 81u);
  EXPECT_EQ(head.substr(64), std::string(reinterpret_cast<const char*>(kChecksums), sizeof kChecksums));
}

enum class Ended { no, orderly };
// The only segment of a spool that holds the positions 0 to 8, in three frames.
std::string segment_of_nine(Ended ended) {
  SpoolFixture whole;
  const auto spool = *whole.open();
  for (std::uint64_t i = 0; i < 9; i += 3) EXPECT_TRUE(SpoolFixture::append(*spool, i, i + 3));
  EXPECT_TRUE(ended == Ended::orderly ? spool->close() : spool->commit());
  return whole.fs.content(segment_path("queue/web", 1));
}

// A spool that finds this as its only segment: once it is given what it does not hold, all nine are received. `held` is what it held.
void expect_completed(const std::string& segment, std::uint64_t& held) {
  const std::string path = segment_path("queue/web", 1);
  SpoolFixture at;
  { ASSERT_TRUE(at.open()); }
  ASSERT_TRUE(at.fs.open(path, sys::OpenMode::create));
  at.fs.content(path) = segment;
  held = at.frontier();
  ASSERT_LE(held, 9u);
  const auto spool = at.open();
  ASSERT_TRUE(spool);
  ASSERT_TRUE(SpoolFixture::append(**spool, held, 9));
  ASSERT_TRUE((*spool)->commit());
  at.receive(**spool);
  EXPECT_EQ(at.received.size(), 9u);
}

TEST(Spool, CutAtEveryLengthItHoldsWholeFrames) {
  const std::string whole = segment_of_nine(Ended::no);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    SCOPED_TRACE("cut at " + std::to_string(cut));
    std::uint64_t held = 0;
    ASSERT_NO_FATAL_FAILURE(expect_completed(whole.substr(0, cut), held));
    EXPECT_EQ(held % 3, 0u);
    EXPECT_LT(held, 9u);
  }
}

TEST(Spool, WithAnyByteChangedItHoldsNoMoreThanItDid) {
  const std::string whole = segment_of_nine(Ended::orderly);
  for (std::size_t at_byte = 0; at_byte < whole.size(); ++at_byte) {
    SCOPED_TRACE("byte " + std::to_string(at_byte));
    std::string changed = whole;
    changed[at_byte] ^= 0x55;
    std::uint64_t held = 0;
    ASSERT_NO_FATAL_FAILURE(expect_completed(changed, held));
  }
}

TEST(Spool, RemembersTheStreamsThatMovedLast) {
  SpoolFixture at;
  at.options.streams_max = 3;
  std::size_t frames = 0;
  for (const int run : {1, 2}) {
    SCOPED_TRACE(run);
    const auto spool = *at.open();
    for (std::uint8_t i = 0; i < 200; ++i) {
      ASSERT_TRUE(SpoolFixture::append(*spool, 0, 1, {i, static_cast<std::uint8_t>(run)}));
      ASSERT_TRUE(spool->commit());
      while (const auto frame = *spool->next()) {
        spool->acknowledge_one();
        ++frames;
      }
    }
    ASSERT_TRUE(spool->close());
    // Those of the last segment's head, and of its frames.
    EXPECT_LT(read_frontiers(at.fs, "queue/web")->size(), 20u);
  }
  EXPECT_EQ(frames, 400u);
  const auto spool = *at.open();
  EXPECT_EQ(*SpoolFixture::append(*spool, 0, 1, {199, 2}), 1u) << "a repeat";
  EXPECT_EQ(*SpoolFixture::append(*spool, 0, 1, {0, 1}), 0u) << "forgotten: taken again";
}

TEST(Spool, ADamagedFrameStopsTheReaderBeforeIt) {
  SpoolFixture at;
  const auto spool = *at.open();
  for (std::uint64_t i = 0; i < 9; i += 3) ASSERT_TRUE(SpoolFixture::append(*spool, i, i + 3));
  ASSERT_TRUE(spool->commit());
  std::string& bytes = at.fs.content(segment_path("queue/web", 1));
  bytes[bytes.size() / 2] ^= 1;
  while (true) {
    const auto frame = spool->next();
    if (frame) {
      ASSERT_TRUE(*frame) << "the damage was not seen";
      continue;
    }
    EXPECT_EQ(frame.error().code, base::ErrorCode::corrupt);
    break;
  }
}

// --- crashes ---

constexpr std::uint64_t kBatch = 5, kLines = 300;

// logcollect --resume | logship --spool, with a receiver that takes frames now and then; any error ends it. Returns how far all was
// committed.
std::uint64_t ship(SpoolFixture& at, std::mt19937_64& random) {
  const auto frontiers = read_frontiers(at.fs, "queue/web");
  if (!frontiers) return 0;
  std::uint64_t next = frontiers->empty() ? 0 : frontiers->front().position;
  std::uint64_t committed = next;
  const auto spool = at.open();
  if (!spool) return committed;
  while (next < kLines) {
    if (!(*spool)->wait_for_room(0)) at.receive(**spool);
    if (!SpoolFixture::append(**spool, next, next + kBatch)) return committed;
    next += kBatch;
    if (random() % 3 == 0) continue;
    if (!(*spool)->commit()) return committed;
    committed = next;
    at.receive(**spool, random() % 4);
  }
  if (!(*spool)->close()) return committed;
  at.receive(**spool);
  return next;
}

TEST(SpoolCrash, FailingAtEachChangeLosesNoLine) {
  const std::uint64_t seed = std::random_device{}();
  SpoolFixture counting;
  std::mt19937_64 random(seed);
  ASSERT_EQ(ship(counting, random), kLines);
  ASSERT_EQ(counting.received.size(), kLines);
  const std::uint64_t changes = counting.fs.changes();
  ASSERT_GT(changes, 100u);
  for (const test::Fault& fault : test::kFaults) {
    for (std::uint64_t n = 1; n <= changes; ++n) {
      SCOPED_TRACE(std::string(fault.name) + " at change " + std::to_string(n) + ", seed " + std::to_string(seed));
      SpoolFixture at(seed + n);
      random.seed(seed);
      at.fs.fail_change(n, fault.code);
      const std::uint64_t committed = ship(at, random);
      if (fault.power_cut) at.fs.cut_power();
      at.fs.fail_nothing();
      ASSERT_GE(at.frontier(), committed);
      ASSERT_GE(at.frontier(), at.received.size()) << "the receiver has what the spool does not know";
      ASSERT_EQ(ship(at, random), kLines);
      ASSERT_EQ(at.received.size(), kLines);
    }
  }
}

// Cut after cut, each at a random place of what the one before left.
TEST(SpoolCrash, ManyPowerCutsInARow) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  SpoolFixture at(seed);
  std::uint64_t committed = 0;
  for (int cut = 0; cut < 300 && committed < kLines; ++cut) {
    at.fs.fail_change(1 + random() % 40, base::ErrorCode::io);
    committed = std::max(committed, ship(at, random));
    at.fs.cut_power();
    at.fs.fail_nothing();
    ASSERT_GE(at.frontier(), committed) << "cut " << cut;
  }
  ASSERT_EQ(ship(at, random), kLines);
  EXPECT_EQ(at.received.size(), kLines);
}

TEST(SpoolCrash, AFullDiskIsWaitedFor) {
  for (std::uint64_t n = 1; n <= 120; ++n) {
    SCOPED_TRACE("at change " + std::to_string(n));
    SpoolFixture at;
    const auto spool = at.open();
    ASSERT_TRUE(spool);
    at.fs.fail_change(n, base::ErrorCode::again);
    for (std::uint64_t next = 0; next < kLines; next += kBatch) {
      ASSERT_TRUE(SpoolFixture::append(**spool, next, next + kBatch));
      if (const auto first = (*spool)->commit(); !first) {
        ASSERT_EQ(first.error().code, base::ErrorCode::again);
        ASSERT_TRUE((*spool)->commit());
      }
      at.receive(**spool, 1);
    }
    at.receive(**spool);
    EXPECT_EQ(at.received.size(), kLines);
  }
}

}  // namespace
}  // namespace logmill::spool
