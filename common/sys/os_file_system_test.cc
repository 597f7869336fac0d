#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include "support/temp_dir.h"
#include "sys/file_system.h"

namespace logmill::sys {
namespace {

// A folder so large that it is read in several calls: a file may move from where was not looked yet to where was.
TEST(OsFileSystem, AFileThatIsRenamedMeanwhileIsListed) {
  const test::TempDir dir;
  const auto make = [&](const std::string& name) { ::close(::open(dir.path(name).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)); };
  for (int i = 0; i < 1'500; ++i) make("other-" + std::to_string(i));
  for (int i = 0; i < 150; ++i) {
    const std::string name = "app-" + std::to_string(i);
    make(name);
    std::atomic<bool> begun = false;
    std::thread renames([&] {
      begun = true;
      EXPECT_EQ(std::rename(dir.path(name).c_str(), dir.path(name + ".zst").c_str()), 0);
    });
    while (!begun) {
    }
    const auto names = *os_file_system().list(dir.path(""));
    renames.join();
    EXPECT_TRUE(std::ranges::binary_search(names, name) || std::ranges::binary_search(names, name + ".zst")) << name;
  }
}

}  // namespace
}  // namespace logmill::sys
