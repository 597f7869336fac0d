// What a terminal gets to see of a long export.
#include "logquery/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/io_fixture.h"
#include "sys/fd.h"

namespace logmill::logquery {
namespace progress_test {

struct OnATerminal : testing::Test, test::IoFixture {
  void SetUp() override {
    ASSERT_TRUE(screen.valid());
    ASSERT_EQ(::grantpt(screen.get()), 0);
    ASSERT_EQ(::unlockpt(screen.get()), 0);
    terminal = sys::Fd(::open(::ptsname(screen.get()), O_RDWR | O_NOCTTY));
    ASSERT_TRUE(terminal.valid());
    io.err = terminal.get();
    io.err_is_terminal = ::isatty(io.err) == 1;
  }
  // What was written since the last time.
  std::string seen() {
    std::string text;
    pollfd ready{.fd = screen.get(), .events = POLLIN, .revents = 0};
    char bytes[4096];
    while (::poll(&ready, 1, 0) == 1) {
      const ssize_t size = ::read(screen.get(), bytes, sizeof bytes);
      if (size <= 0) break;
      text.append(bytes, static_cast<std::size_t>(size));
    }
    return text;
  }

  sys::Fd screen{::posix_openpt(O_RDWR | O_NOCTTY)}, terminal;
};

constexpr std::string_view kCleared = "\r\x1b[K";

TEST_F(OnATerminal, ABarGrowsAndIsTakenAway) {
  {
    Progress progress(io);
    progress.show(1, 10, "at once");
    EXPECT_EQ(seen(), "") << "what is over within a second needs no bar";
    clock.advance(1'000'000'000);
    progress.show(5, 10, "5 records, 1 kB");
    const std::string half = seen();
    EXPECT_TRUE(half.starts_with(kCleared)) << half;
    EXPECT_TRUE(half.ends_with("█░░░░░░░░░░░░░░░ 50 % 5 records, 1 kB, 1 s left")) << half;
    progress.show(6, 10, "too soon");
    EXPECT_EQ(seen(), "");
    clock.advance(200'000'000);
    progress.show(20, 10, "more than thought");
    EXPECT_TRUE(seen().ends_with("█ 100 % more than thought"));
  }
  EXPECT_EQ(seen(), kCleared);
}

TEST_F(OnATerminal, ABarStaysOnOneLine) {
  const winsize narrow{.ws_row = 24, .ws_col = 30, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::ioctl(io.err, TIOCSWINSZ, &narrow), 0);
  Progress progress(io);
  clock.advance(1'000'000'000);
  progress.show(5, 10, "5 records");
  EXPECT_EQ(seen(), std::string(kCleared) + "██░░ 50 % 5 records, 1 s left");
  clock.advance(1'000'000'000);
  progress.show(5, 10, "5 records with a great many bytes");
  EXPECT_EQ(seen(), std::string(kCleared) + " 50 % 5 records with a great ");
}

TEST_F(OnATerminal, NothingIsDrawnForWhoWantsQuiet) {
  io.quiet = true;
  Progress progress(io);
  clock.advance(2'000'000'000);
  progress.show(5, 10, "half");
  EXPECT_EQ(seen(), "");
}

TEST_F(OnATerminal, NothingIsDrawnIntoAFile) {
  io.err_is_terminal = false;
  {
    Progress progress(io);
    clock.advance(2'000'000'000);
    progress.show(5, 10, "half");
  }
  EXPECT_EQ(seen(), "");
}

}  // namespace progress_test
}  // namespace logmill::logquery
