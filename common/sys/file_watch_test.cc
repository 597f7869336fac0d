#include "sys/file_watch.h"

#include <algorithm>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.h"
#include "sys/held_file.h"

namespace logmill::sys {
namespace {

class FileWatchTest : public testing::Test {
 protected:
  // The kernel has queued an event before the call that caused it returns: nothing to wait for.
  std::vector<FileEvent> events() {
    std::vector<FileEvent> found;
    EXPECT_TRUE(watch.read(found));
    return found;
  }
  bool saw(bool FileEvent::*kind, const std::string& name) {
    const std::vector<FileEvent> found = events();
    return std::any_of(found.begin(), found.end(), [&](const FileEvent& e) { return e.*kind && e.name == name; });
  }
  test::TempDir dir;
  FileWatch watch = *FileWatch::create();
};

TEST_F(FileWatchTest, TellsWhatHappensInADirectory) {
  ASSERT_TRUE(watch.watch_directory(dir.path()));
  EXPECT_TRUE(events().empty());
  dir.write("a", "x");
  EXPECT_TRUE(saw(&FileEvent::listing, "a"));
  dir.append("a", "y");
  EXPECT_TRUE(saw(&FileEvent::modified, "a"));
  dir.rename("a", "b");
  EXPECT_TRUE(saw(&FileEvent::listing, "b"));
  dir.remove("b");
  EXPECT_TRUE(saw(&FileEvent::listing, "b"));
  dir.make_directory("sub");
  EXPECT_TRUE(saw(&FileEvent::directory, "sub"));
  dir.remove("");
  EXPECT_TRUE(saw(&FileEvent::ended, ""));
}

TEST_F(FileWatchTest, FollowsAnOpenFileThatHasNoNameAnyMore) {
  const HeldFile file = *HeldFile::open(dir.write("a", "x"));
  const int fd = ::open(dir.path("a").c_str(), O_WRONLY | O_APPEND);
  ASSERT_GE(fd, 0);
  ASSERT_TRUE(watch.watch_file(file.fd()));
  dir.remove("a");
  events();
  ASSERT_EQ(::write(fd, "y", 1), 1);
  EXPECT_TRUE(saw(&FileEvent::modified, ""));
  ::close(fd);
}

TEST_F(FileWatchTest, NamesTheDirectoryThatIsNotThere) {
  const auto watched = watch.watch_directory(dir.path("absent"));
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, base::ErrorCode::not_found);
  EXPECT_EQ(watch.watch_directory(dir.write("file", "")).error().code, base::ErrorCode::io);
}

}  // namespace
}  // namespace logmill::sys
