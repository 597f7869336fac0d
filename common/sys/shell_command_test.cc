#include "sys/shell_command.h"

#include <gtest/gtest.h>

#include <csignal>

namespace logmill::sys {
namespace {

constexpr int kLongMs = 60'000;

int status_of(const std::string& command, const std::string& argument = {},
              const std::vector<std::pair<std::string, std::string>>& environment = {}) {
  auto started = ShellCommand::start(command, argument, environment);
  if (!started) return -1;
  const auto status = started->wait(kLongMs);
  return status && *status ? **status : -1;
}

TEST(ShellCommand, GivesTheStatusOfTheShell) {
  EXPECT_EQ(status_of("true"), 0);
  EXPECT_EQ(status_of("exit 7"), 7);
  EXPECT_EQ(status_of("kill -9 $$"), 128 + 9);
  EXPECT_EQ(status_of("no-such-command-at-all 2>/dev/null"), 127);
}

TEST(ShellCommand, GetsItsArgumentAndEnvironment) {
  EXPECT_EQ(status_of("test \"$1\" = 'a b; c' && test \"$NAME\" = \"$1\"", "a b; c", {{"NAME", "a b; c"}}), 0);
  EXPECT_EQ(status_of("test \"$PATH\" = new", "", {{"PATH", "new"}}), 0);
}

TEST(ShellCommand, HasNoInput) { EXPECT_EQ(status_of("read line"), 1); }

TEST(ShellCommand, EndsWhenAskedTo) {
  auto started = ShellCommand::start("sleep 1000 & wait", "", {});
  ASSERT_TRUE(started);
  EXPECT_EQ(*started->wait(0), std::nullopt);
  started->terminate();
  EXPECT_EQ(*started->wait(kLongMs), 128 + SIGTERM);
}

}  // namespace
}  // namespace logmill::sys
