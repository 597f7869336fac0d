#include "logserve/service/live_feed.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "store/writer.h"
#include "support/temp_dir.h"

namespace logmill::logserve {
namespace {

// The feed looks from a thread of its own: real files, real time.
struct FollowedStore {
  test::TempDir folder;
  sys::Stop stop;
  cli::MessageCounts messages;
  cli::MetricsFile metrics{"test", messages};
  std::atomic<bool> statistics = false, reload = false;
  cli::Io io{.clock = base::system_clock(),
             .files = sys::os_file_system(),
             .stop = stop,
             .reporter = base::null_reporter(),
             .metrics = metrics,
             .statistics_wanted = statistics,
             .reload_wanted = reload};
  std::string dir = folder.path("store");

  void add(std::int64_t number) {
    auto writer = store::StoreWriter::open(io.files, dir, {}, io.clock, io.reporter);
    ASSERT_TRUE(writer) << writer.error().what;
    record::Batch batch;
    batch.range() = {{1, 2, 3}, 1, static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(number) + 1};
    batch.positions().push_back(0);
    const std::size_t row = batch.add_row();
    batch.times()[row] = io.clock.now();
    batch.set("n", row, record::Value::integer(number));
    ASSERT_TRUE((*writer)->append(batch));
    ASSERT_TRUE((*writer)->close());
  }
};

std::shared_ptr<const FeedEvent> event_of(LiveFeed::Subscription& subscription) {
  for (int second = 0; second < 30 && !subscription.too_slow(); ++second)
    if (auto event = subscription.next(1'000)) return event;
  return nullptr;
}

TEST(LiveFeed, HandsOnWhatComes) {
  FollowedStore at;
  at.add(0);
  LiveFeed feed({at.dir}, at.io);
  const auto subscription = feed.subscribe("*", "", LogIds::left_out);
  ASSERT_TRUE(subscription) << subscription.error().what;
  at.add(1);
  const auto event = event_of(**subscription);
  ASSERT_TRUE(event);
  ASSERT_EQ(event->records.size(), 1u);
  EXPECT_NE(event->records[0].find("\"n\":1"), std::string::npos);
}

TEST(LiveFeed, HandsOnWhatComesIntoAnyOfItsStores) {
  FollowedStore at;
  at.add(0);
  const std::string first = at.dir, second = at.folder.path("second");
  LiveFeed feed({first, second}, at.io);
  const auto subscription = feed.subscribe("*", "", LogIds::left_out);
  ASSERT_TRUE(subscription) << subscription.error().what;
  FeedCursors seen = (*subscription)->start();
  for (const std::string& dir : {second, first, second}) {
    at.dir = dir;
    at.add(dir == first ? 1 : static_cast<std::int64_t>(seen[1].taken.size()) + 2);
    const auto event = event_of(**subscription);
    ASSERT_TRUE(event);
    ASSERT_EQ(event->records.size(), 1U);
    const auto cursors = parse_cursors(event->cursor, 2);
    ASSERT_TRUE(cursors) << event->cursor;
    EXPECT_NE((*cursors)[dir == first ? 0 : 1].taken, seen[dir == first ? 0 : 1].taken);
    seen = *cursors;
  }
}

// What was looked at in vain is not skipped: whoever follows is sent to the store, and the feed begins anew behind it.
TEST(LiveFeed, AfterAFailureItSendsItsFollowersToTheStore) {
  FollowedStore at;
  at.add(0);
  LiveFeed feed({at.dir}, at.io);
  const auto subscription = feed.subscribe("*", "", LogIds::left_out);
  ASSERT_TRUE(subscription);
  ASSERT_EQ(::rename(at.dir.c_str(), at.folder.path("away").c_str()), 0);
  at.folder.write("store", "no folder");
  EXPECT_FALSE(event_of(**subscription));
  EXPECT_TRUE((*subscription)->too_slow());
  EXPECT_EQ(feed.given_up(), 1u);
  ASSERT_EQ(::unlink(at.dir.c_str()), 0);
  ASSERT_EQ(::rename(at.folder.path("away").c_str(), at.dir.c_str()), 0);
  const auto again = feed.subscribe("*", "", LogIds::left_out);
  ASSERT_TRUE(again) << again.error().what;
  at.add(1);
  EXPECT_TRUE(event_of(**again));
}

}  // namespace
}  // namespace logmill::logserve
