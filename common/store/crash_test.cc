// What is left of a store when the world fails at every possible place.
#include <gtest/gtest.h>

#include <random>

#include "store/segment_format.h"
#include "store/writer.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using test::StoreFixture;

constexpr std::uint64_t kBatch = 20;

// A program that reads its input from where the store ends, as logcollect --resume does, and may be
// stopped by an error anywhere. Returns up to where it knows its records to be safe.
std::uint64_t feed(StoreFixture& at, std::uint64_t until) {
  auto writer = at.open();
  if (!writer) return 0;
  const auto held = (*writer)->frontier(StoreFixture::kStream);
  std::uint64_t safe = held ? held->position : 0;
  for (std::uint64_t next = safe; next < until; next += kBatch) {
    if (!at.append(**writer, next, next + kBatch)) return safe;
    if (!(*writer)->commit()) return safe;
    safe = next + kBatch;
  }
  // Sealing may fail; what was committed stays.
  [[maybe_unused]] const auto closed = (*writer)->close();
  return safe;
}

std::string first_difference(const std::vector<std::string>& messages) {
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (messages[i] != "record " + std::to_string(i) + " done") return "at " + std::to_string(i) + ": " + messages[i];
  return "none";
}

// Everything up to `safe` is there, once and in order; more may be, but without a gap and never
// twice.
void expect_exactly_once(StoreFixture& at, std::uint64_t safe) {
  const auto messages = at.messages();
  ASSERT_GE(messages.size(), safe);
  EXPECT_TRUE(messages == StoreFixture::expected(0, messages.size())) << first_difference(messages);
  const auto frontiers = read_frontiers(*at.through, at.dir, base::null_reporter());
  ASSERT_TRUE(frontiers) << frontiers.error().what;
  EXPECT_EQ(frontiers->empty() ? 0 : frontiers->at(0).position, messages.size());
}

// Segments of four small blocks are sealed by writing them anew, those of one where they stand; small ones
// without a footer, those with noise in each record with one.
struct Sealing {
  std::uint64_t rows;
  bool encrypted;
  std::size_t random_bytes;
};
class CrashSealing : public testing::TestWithParam<Sealing> {
 protected:
  static void prepare(StoreFixture& at) {
    at.options.seal_rows = GetParam().rows;
    at.random_bytes = GetParam().random_bytes;
    if (GetParam().encrypted) at.encrypt();
  }
};
INSTANTIATE_TEST_SUITE_P(Rows, CrashSealing,
                         testing::Values(Sealing{70, false, 0}, Sealing{70, true, 0}, Sealing{kBatch, false, 0}, Sealing{kBatch, true, 0},
                                         Sealing{70, false, 1'000}, Sealing{kBatch, true, 1'000}),
                         [](const auto& of) {
                           return std::to_string(of.param.rows) + (of.param.encrypted ? "Encrypted" : "Plain") +
                                  (of.param.random_bytes > 0 ? "WithFooter" : "");
                         });

TEST_P(CrashSealing, FailingAtEachChangeLosesAndRepeatsNothing) {
  const std::uint64_t seed = std::random_device{}();
  StoreFixture counting;
  prepare(counting);
  ASSERT_EQ(feed(counting, 200), 200u);
  const std::uint64_t changes = counting.fs.changes();
  ASSERT_GT(changes, 30u);
  for (const test::Fault& fault : test::kFaults) {
    for (std::uint64_t n = 1; n <= changes; ++n) {
      SCOPED_TRACE(std::string(fault.name) + " at change " + std::to_string(n) + ", seed " + std::to_string(seed));
      StoreFixture at(seed + n);
      prepare(at);
      at.fs.fail_change(n, fault.code);
      const std::uint64_t safe = feed(at, 200);
      if (fault.power_cut) at.fs.cut_power();
      at.fs.fail_nothing();
      at.clock.advance(base::kNsPerSecond);
      // What was safe is there before anyone repairs anything, but for what a full disk or an error
      // hid from no one.
      EXPECT_GE(at.messages().size(), safe);
      ASSERT_EQ(feed(at, 200), 200u);
      expect_exactly_once(at, 200);
    }
  }
}

TEST_P(CrashSealing, ManyPowerCutsInARow) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  StoreFixture at(seed);
  prepare(at);
  std::mt19937_64 random(seed);
  std::uint64_t safe = 0;
  for (int cut = 0; cut < 200 && safe < 2000; ++cut) {
    at.fs.fail_change(1 + random() % 60, base::ErrorCode::io);
    safe = std::max(safe, feed(at, 2000));
    at.fs.cut_power();
    at.fs.fail_nothing();
    at.clock.advance(base::kNsPerSecond);
    EXPECT_GE(at.messages().size(), safe);
  }
  ASSERT_EQ(feed(at, 2000), 2000u);
  expect_exactly_once(at, 2000);
}

// The same with threads that encode, sync and seal behind the writer's back: how often something
// happens at which change is the scheduler's choice, so every change is tried, and what is
// acknowledged (commit, frontier) must be there.
struct Threads {
  std::uint64_t rows;
  std::size_t threads;  // 0: none but that which seals
};
class CrashThreads : public testing::TestWithParam<Threads> {
 protected:
  static void prepare(StoreFixture& at) {
    at.options.seal_rows = GetParam().rows;
    at.options.threads = GetParam().threads;
    at.options.seal_beside = true;
  }
};
INSTANTIATE_TEST_SUITE_P(Rows, CrashThreads, testing::Values(Threads{70, 2}, Threads{kBatch, 2}, Threads{70, 0}, Threads{kBatch, 0}),
                         [](const auto& of) { return std::to_string(of.param.rows) + (of.param.threads > 0 ? "Threads" : "SealingOnly"); });

// Appends as fast as it can and commits rarely. Returns how much the store said that it holds,
// before it failed.
std::uint64_t feed_threads(StoreFixture& at, std::uint64_t until) {
  auto writer = at.open();
  if (!writer) return 0;
  const auto held = [&] {
    const auto frontier = (*writer)->frontier(StoreFixture::kStream);
    return frontier ? frontier->position : 0;
  };
  const std::uint64_t first = held();
  for (std::uint64_t next = first; next < until; next += kBatch) {
    if (!at.append(**writer, next, std::min(next + kBatch, until))) return held();
    if ((next - first) % (3 * kBatch) == 0 && !(*writer)->commit()) return held();
    if (!(*writer)->tick()) return held();
  }
  [[maybe_unused]] const auto closed = (*writer)->close();
  return held();
}

TEST_P(CrashThreads, APowerCutAtAnyChangeLosesNothingThatWasAcknowledged) {
  const std::uint64_t seed = std::random_device{}();
  StoreFixture counting;
  prepare(counting);
  ASSERT_EQ(feed_threads(counting, 400), 400u);
  for (std::uint64_t n = 1; n <= counting.fs.changes(); ++n) {
    SCOPED_TRACE("at change " + std::to_string(n) + ", seed " + std::to_string(seed));
    StoreFixture at(seed + n);
    at.options = counting.options;
    at.fs.cut_power_at(n);
    const std::uint64_t safe = feed_threads(at, 400);
    at.fs.power_on();
    at.clock.advance(base::kNsPerSecond);
    EXPECT_GE(at.messages().size(), safe);
    ASSERT_EQ(feed_threads(at, 400), 400u);
    expect_exactly_once(at, 400);
  }
}

TEST_P(CrashThreads, AnErrorAtAnyChangeLosesAndRepeatsNothing) {
  StoreFixture counting;
  prepare(counting);
  ASSERT_EQ(feed_threads(counting, 400), 400u);
  for (const base::ErrorCode code : {base::ErrorCode::io, base::ErrorCode::again}) {
    for (std::uint64_t n = 1; n <= counting.fs.changes(); ++n) {
      SCOPED_TRACE("at change " + std::to_string(n));
      StoreFixture at(n);
      at.options = counting.options;
      at.fs.fail_change(n, code);
      const std::uint64_t safe = feed_threads(at, 400);
      at.fs.fail_nothing();
      at.clock.advance(base::kNsPerSecond);
      EXPECT_GE(at.messages().size(), safe);
      ASSERT_EQ(feed_threads(at, 400), 400u);
      expect_exactly_once(at, 400);
    }
  }
}

// --- damage ---

struct StoredSegment {
  std::string path;
  std::string content;
};

StoredSegment one_segment(StoreFixture& at, bool sealed) {
  at.options.seal_on_close = sealed;
  auto writer = *at.open();
  for (std::uint64_t i = 0; i < 40; i += 10) {
    EXPECT_TRUE(at.append(*writer, i, i + 10));
    EXPECT_TRUE(writer->commit());
  }
  EXPECT_TRUE(writer->close());
  for (const std::string& path : at.fs.files())
    if (path.ends_with(sealed ? ".seg" : ".live")) return {path, at.fs.content(path)};
  return {};
}

// What can be read is right: a part of what was written, in order.
void expect_no_lie(const std::vector<std::string>& messages) {
  const auto all = StoreFixture::expected(0, 40);
  auto next = all.begin();
  for (const std::string& message : messages) {
    if (message == "damaged") continue;
    next = std::find(next, all.end(), message);
    ASSERT_NE(next, all.end()) << message;
    ++next;
  }
}

// A live segment, a small sealed one, and one with a footer.
class Damage : public testing::TestWithParam<std::tuple<bool, std::size_t>> {
 protected:
  Damage() {
    at.random_bytes = std::get<1>(GetParam());
    stored = one_segment(at, std::get<0>(GetParam()));
    // Of random bytes one is as good as another.
    first = at.random_bytes > 0 ? stored.content.size() - 2 * at.random_bytes : 0;
  }
  StoreFixture at;
  StoredSegment stored;
  std::size_t first = 0;  // byte that is tried
};
INSTANTIATE_TEST_SUITE_P(Segments, Damage, testing::Values(std::tuple(false, 0), std::tuple(true, 0), std::tuple(true, 500)));

TEST_P(Damage, EveryByteFlipped) {
  for (std::size_t i = first; i < stored.content.size(); ++i) {
    SCOPED_TRACE("byte " + std::to_string(i));
    at.fs.content(stored.path)[i] ^= 0x55;
    expect_no_lie(at.messages());
    at.fs.content(stored.path) = stored.content;
  }
  EXPECT_EQ(at.messages(), StoreFixture::expected(0, 40));
}

TEST_P(Damage, CutAtEveryLength) {
  for (std::size_t size = first; size < stored.content.size(); ++size) {
    SCOPED_TRACE("cut to " + std::to_string(size));
    at.fs.content(stored.path) = stored.content.substr(0, size);
    expect_no_lie(at.messages());
  }
}

TEST(DamagedBlock, InTheMiddleCostsOnlyItself) {
  StoreFixture at;
  const StoredSegment stored = one_segment(at, false);
  std::string& content = at.fs.content(stored.path);
  const std::size_t second = content.find(kBlockMagic, content.find(kBlockMagic) + 1);
  content[second + 100] ^= 1;
  const auto segment = *open_segment(at.fs, stored.path, base::null_reporter());
  EXPECT_EQ(segment->info().rows, 30u);
  EXPECT_EQ(segment->info().damaged_blocks, 1u);
  // The next writer seals the rest and keeps the evidence.
  auto writer = *at.open();
  EXPECT_EQ(at.messages().size(), 30u);
  EXPECT_EQ(at.fs.files().size(), 2u);
  EXPECT_TRUE(at.fs.files()[0].ends_with(".damaged")) << at.fs.files()[0];
}

}  // namespace
}  // namespace logmill::store
