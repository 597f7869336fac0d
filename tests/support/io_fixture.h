// What a program gets from the world: files in memory, a clock that stands, and an Io of both that reports to nobody.
#pragma once

#include <atomic>

#include "cli/io.h"
#include "support/fault_fs.h"
#include "support/store_fixture.h"
#include "sys/stop.h"

namespace logmill::test {

struct IoFixture {
  FaultFs fs;
  FakeClock clock;
  sys::Stop stop;
  std::atomic<bool> unused_statistics = false, unused_reload = false;
  cli::Io io{.clock = clock,
             .files = fs,
             .stop = stop,
             .reporter = base::null_reporter(),
             .statistics_wanted = unused_statistics,
             .reload_wanted = unused_reload};
};

}  // namespace logmill::test
