// What a program gets from the world: files in memory, a clock of the test's, and an Io of both that reports to nobody.
#pragma once

#include <atomic>

#include "cli/io.h"
#include "support/fault_fs.h"
#include "support/store_fixture.h"
#include "sys/stop.h"

namespace logmill::test {

template <class Clock>
struct IoFixtureOf {
  FaultFs fs;
  Clock clock;
  sys::Stop stop;
  cli::MessageCounts unused_messages;
  cli::MetricsFile unused_metrics{"test", unused_messages};
  std::atomic<bool> unused_statistics = false, unused_reload = false;
  cli::Io io{.clock = clock,
             .files = fs,
             .stop = stop,
             .reporter = base::null_reporter(),
             .metrics = unused_metrics,
             .statistics_wanted = unused_statistics,
             .reload_wanted = unused_reload};
};

// With one that stands.
using IoFixture = IoFixtureOf<FakeClock>;

}  // namespace logmill::test
