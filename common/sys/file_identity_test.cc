#include "sys/file_identity.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace logmill::sys {
namespace {

HeldFile open_held(const std::string& path) {
  auto file = HeldFile::open(path);
  if (!file) throw std::runtime_error(file.error().what);
  return *std::move(file);
}

std::string key_of(const std::string& path, IdentityMeans best) {
  auto identity = identify(open_held(path), best);
  if (!identity) throw std::runtime_error(identity.error().what);
  return identity->key;
}

class FileIdentityTest : public testing::TestWithParam<IdentityMeans> {
 protected:
  test::TempDir dir;
};

TEST_P(FileIdentityTest, StaysThroughRenameGrowthAndHardLink) {
  const std::string path = dir.write("a.log", "first line\n");
  const std::string before = key_of(path, GetParam());
  dir.append("a.log", "second line\n");
  EXPECT_EQ(key_of(path, GetParam()), before);
  dir.rename("a.log", "a.log.1");
  EXPECT_EQ(key_of(dir.path("a.log.1"), GetParam()), before);
  ASSERT_EQ(::link(dir.path("a.log.1").c_str(), dir.path("b.log").c_str()), 0);
  EXPECT_EQ(key_of(dir.path("b.log"), GetParam()), before);
}

TEST_P(FileIdentityTest, TellsApartFilesThatGetTheSameInodeNumber) {
  std::string before;
  for (int i = 0; i < 20; ++i) {
    const std::string path = dir.write("a.log", "line of file " + std::to_string(i) + "\n");
    const std::string key = key_of(path, GetParam());
    EXPECT_NE(key, before) << "round " << i;
    before = key;
    dir.remove("a.log");
  }
}

INSTANTIATE_TEST_SUITE_P(Means, FileIdentityTest, testing::Values(IdentityMeans::handle, IdentityMeans::birth_time, IdentityMeans::head));

TEST(FileHead, IsTheFirstLineUpToItsBound) {
  const test::TempDir dir;
  const auto head_of = [&](std::string_view content) { return *read_head(open_held(dir.write("f", content))); };
  EXPECT_EQ(head_of("").bytes, "");
  EXPECT_FALSE(head_of("").complete);
  EXPECT_FALSE(head_of("no end").complete);
  EXPECT_EQ(head_of("one\ntwo\n").bytes, "one\n");
  EXPECT_TRUE(head_of("one\ntwo\n").complete);
  EXPECT_EQ(head_of(std::string(kHeadBytes + 1, 'x')).bytes.size(), kHeadBytes);
  EXPECT_TRUE(head_of(std::string(kHeadBytes, 'x')).complete);
}

TEST(FileIdentity, ByHeadIsNotSettledUntilTheFirstLineIs) {
  const test::TempDir dir;
  EXPECT_FALSE(identify(open_held(dir.write("f", "half")), IdentityMeans::head)->settled);
  EXPECT_TRUE(identify(open_held(dir.write("f", "whole\n")), IdentityMeans::head)->settled);
}

TEST(HeldFile, RefusesWhatIsNotARegularFile) {
  const test::TempDir dir;
  const auto refusal = [](const std::string& path) { return HeldFile::open(path).error(); };
  EXPECT_EQ(refusal(dir.path()).what, dir.path() + ": is a directory");
  EXPECT_EQ(refusal("/dev/null").code, base::ErrorCode::invalid);
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(refusal(dir.path("fifo")).code, base::ErrorCode::invalid);
  EXPECT_EQ(refusal(dir.path("absent")).code, base::ErrorCode::not_found);
}

TEST(HeldFile, OutlivesItsName) {
  const test::TempDir dir;
  const HeldFile file = open_held(dir.write("f", "content"));
  dir.remove("f");
  char bytes[16];
  EXPECT_EQ(*file.read_at(3, bytes, sizeof bytes), 4u);
  EXPECT_EQ(std::string_view(bytes, 4), "tent");
  EXPECT_EQ(file.info()->links, 0u);
}

}  // namespace
}  // namespace logmill::sys
