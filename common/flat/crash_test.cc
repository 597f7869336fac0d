// What is left of a flat file when the world fails at every possible place.
#include <gtest/gtest.h>

#include <random>

#include "support/flat_fixture.h"

namespace logmill::flat {
namespace {

using test::FlatFixture;

constexpr std::uint64_t kBatch = 5, kLines = 100;

// A pipeline that goes on where the file ends, as logcollect --resume does, and may be stopped by
// an error anywhere. Returns up to where it knows its lines to be safe.
std::uint64_t feed(FlatFixture& at, std::uint64_t until) {
  const auto held = read_frontiers(at.fs, at.path);
  if (!held) return 0;
  std::uint64_t safe = held->empty() ? 0 : held->front().position;
  auto writer = at.open();
  if (!writer) return safe;
  while (safe < until) {
    const std::uint64_t next = std::min(safe + kBatch, until);
    if (!FlatFixture::append(**writer, safe, next)) return safe;
    if (!(*writer)->commit()) return safe;
    safe = next;
  }
  return safe;
}

void expect_exactly_once(FlatFixture& at, std::uint64_t safe) {
  const std::uint64_t held = at.frontier();
  EXPECT_GE(held, safe);
  EXPECT_EQ(at.text(), FlatFixture::lines(0, held));
}

void set_up(FlatFixture& at, codec::Container container) {
  at.options.rotate_bytes = 150;
  at.options.archive.container = container;
}

TEST(FlatCrash, FailingAtEachChangeLosesAndRepeatsNoLine) {
  const std::uint64_t seed = std::random_device{}();
  for (const codec::Container container : {codec::Container::zstd, codec::Container::gzip, codec::Container::none}) {
    FlatFixture counting;
    set_up(counting, container);
    ASSERT_EQ(feed(counting, kLines), kLines);
    const std::uint64_t changes = counting.fs.changes();
    ASSERT_GT(changes, 100u);
    for (const test::Fault& fault : test::kFaults) {
      for (std::uint64_t n = 1; n <= changes; ++n) {
        SCOPED_TRACE(std::string(fault.name) + " at change " + std::to_string(n) + ", seed " + std::to_string(seed));
        FlatFixture at(seed + n);
        set_up(at, container);
        at.fs.fail_change(n, fault.code);
        const std::uint64_t safe = feed(at, kLines);
        if (fault.power_cut) at.fs.cut_power();
        at.fs.fail_nothing();
        at.clock.advance(base::kNsPerSecond);
        EXPECT_GE(at.frontier(), safe);
        ASSERT_EQ(feed(at, kLines), kLines);
        expect_exactly_once(at, kLines);
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(FlatCrash, AFullDiskIsWaitedFor) {
  const std::uint64_t changes = 300;
  for (std::uint64_t n = 1; n <= changes; ++n) {
    SCOPED_TRACE("at change " + std::to_string(n));
    FlatFixture at;
    set_up(at, codec::Container::zstd);
    auto writer = at.open();
    ASSERT_TRUE(writer);
    at.fs.fail_change(n, base::ErrorCode::again);
    for (std::uint64_t next = 0; next < kLines; next += kBatch) {
      ASSERT_TRUE(FlatFixture::append(**writer, next, next + kBatch));
      if (const auto first = (*writer)->commit(); !first) {
        ASSERT_EQ(first.error().code, base::ErrorCode::again);
        ASSERT_TRUE((*writer)->commit());
      }
    }
    expect_exactly_once(at, kLines);
  }
}

// Cut after cut, each at a random place of what the one before left.
TEST(FlatCrash, ManyPowerCutsInARow) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  FlatFixture at(seed);
  set_up(at, codec::Container::zstd);
  std::uint64_t safe = 0;
  for (int cut = 0; cut < 300 && safe < 1'000; ++cut) {
    at.fs.fail_change(1 + random() % 60, base::ErrorCode::io);
    safe = std::max(safe, feed(at, 1'000));
    at.fs.cut_power();
    at.fs.fail_nothing();
    at.clock.advance(base::kNsPerSecond);
    ASSERT_GE(at.frontier(), safe) << "cut " << cut;
  }
  ASSERT_EQ(feed(at, 1'000), 1'000u);
  expect_exactly_once(at, 1'000);
}

// Without syncing a power cut may lose what is newest and leave rubbish, but positions never claim
// a line that is not there.
TEST(FlatCrash, UnsyncedPositionsClaimNothingThatIsLost) {
  const std::uint64_t seed = std::random_device{}();
  for (std::uint64_t n = 1; n <= 80; ++n) {
    SCOPED_TRACE("power cut at change " + std::to_string(n) + ", seed " + std::to_string(seed));
    FlatFixture at(seed + n);
    set_up(at, codec::Container::none);
    at.options.sync = store::SyncPolicy::none;
    at.fs.fail_change(n, base::ErrorCode::io);
    feed(at, kLines);
    at.fs.cut_power();
    at.fs.fail_nothing();
    at.clock.advance(base::kNsPerSecond);
    ASSERT_EQ(feed(at, kLines), kLines);
    const std::string text = at.text();
    for (std::uint64_t i = 0; i < kLines; ++i) ASSERT_NE(text.find("line " + std::to_string(i) + "\n"), std::string::npos) << "line " << i;
  }
}

TEST(FlatCrash, UnsyncedLinesSurviveKillsExactlyOnce) {
  for (std::uint64_t n = 1; n <= 80; ++n) {
    SCOPED_TRACE("killed at change " + std::to_string(n));
    FlatFixture at;
    set_up(at, codec::Container::none);
    at.options.sync = store::SyncPolicy::none;
    at.fs.fail_change(n, base::ErrorCode::io);
    feed(at, kLines);
    at.fs.fail_nothing();
    ASSERT_EQ(feed(at, kLines), kLines);
    expect_exactly_once(at, kLines);
  }
}

}  // namespace
}  // namespace logmill::flat
