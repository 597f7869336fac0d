#include "flat/rotated_file.h"

#include <gtest/gtest.h>

#include "flat/retention.h"
#include "support/flat_fixture.h"

namespace logmill::flat {
namespace {

constexpr base::TimeNs kTime = 1'795'256'100 * base::kNsPerSecond;  // 2026-11-21T10:15:00Z

TEST(RotatedFile, NamesAreReadAsTheyAreWritten) {
  for (const char* path : {"logs/app.log", "app.log", "/var/log/app", "a.b/c", "logs/.hidden", "x.tar.log"}) {
    const std::string rotated = rotated_path(path, kTime);
    for (const codec::Container container : {codec::Container::none, codec::Container::gzip, codec::Container::zstd}) {
      for (const char* suffix : {"", ".tmp"}) {
        const auto file = parse_rotated(path, rotated + std::string(container_suffix(container)) + suffix);
        ASSERT_TRUE(file) << rotated;
        EXPECT_EQ(file->time, kTime);
        EXPECT_EQ(file->container, container);
        EXPECT_EQ(file->unfinished, *suffix != '\0');
      }
    }
  }
  EXPECT_EQ(rotated_path("logs/app.log", kTime), "logs/app-20261121T101500Z.log");
  EXPECT_EQ(rotated_path("a.b/c", kTime), "a.b/c-20261121T101500Z");
}

TEST(RotatedFile, OtherFilesAreNotOurs) {
  for (const char* other :
       {"app.log", "app.log.positions", "app-.log", "app-2026.log", "app-20261121T101500Z.txt", "app-20261399T101500Z.log",
        "app-20261121T101500Z.log.bz2", "app-20261121T101500Z.x.log", "app-20261121T101500Z.1.log", "app-20261121T101500Z.1x.log",
        "my-app-20261121T101500Z.log", "app-20261121T101500Zlog", "app-20261121T101500Z"})
    EXPECT_FALSE(parse_rotated("app.log", other)) << other;
}

class RetentionTest : public ::testing::Test, protected test::FlatFixture {
 protected:
  RetentionTest() {
    EXPECT_TRUE(fs.make_directories("logs"));
    for (int hour = 0; hour < 4; ++hour) {
      const auto file = fs.open(rotated_path(path, kTime + hour * 3'600 * base::kNsPerSecond) + ".zst", sys::OpenMode::append);
      EXPECT_TRUE((*file)->append(std::string(10, 'x')));
    }
    EXPECT_TRUE((*fs.open(path, sys::OpenMode::append))->append(std::string(1'000, 'x')));
    clock.time = kTime + 4 * 3'600 * base::kNsPerSecond;
  }
  std::size_t gone(const Retention& keep) {
    const auto steps = *plan_retention(fs, path, keep, clock.time);
    for (std::size_t i = 0; i < steps.size(); ++i)
      EXPECT_EQ(steps[i].time, kTime + static_cast<std::int64_t>(i) * 3'600 * base::kNsPerSecond);
    return steps.size();
  }
};

TEST_F(RetentionTest, TheOldestGoFirst) {
  EXPECT_EQ(gone({}), 0u);
  EXPECT_EQ(gone({.keep_age_ns = 2 * 3'600 * base::kNsPerSecond}), 2u);
  EXPECT_EQ(gone({.keep_bytes = 25}), 2u);
  EXPECT_EQ(gone({.keep_bytes = 40}), 0u);
  EXPECT_EQ(gone({.keep_bytes = 1}), 4u);
  EXPECT_EQ(gone({.keep_count = 1}), 3u);
  fs.set_capacity(1'040 + 100);
  EXPECT_EQ(gone({.keep_free_bytes = 100}), 0u);
  EXPECT_EQ(gone({.keep_free_bytes = 111}), 2u);
}

TEST_F(RetentionTest, TheFileBeingWrittenStays) {
  ASSERT_TRUE(apply_retention(fs, *plan_retention(fs, path, {.keep_bytes = 1}, clock.time)));
  EXPECT_EQ(fs.files(), (std::vector<std::string>{"logs/app.log"}));
}

}  // namespace
}  // namespace logmill::flat
