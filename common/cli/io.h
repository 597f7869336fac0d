// What the world gives to a program: descriptors, clock, files, a way to be stopped, a place for
// messages. A test makes its own.
#pragma once

#include <atomic>

#include "base/clock.h"
#include "base/reporter.h"
#include "cli/metrics_file.h"
#include "sys/file_system.h"
#include "sys/stop.h"

namespace logmill::cli {

struct Io {
  int in = 0;
  int out = 1;
  int err = 2;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool color = false;  // stdout may be coloured: --color, NO_COLOR and TERM are already judged
  bool quiet = false;
  bool verbose = false;
  const base::Clock& clock;
  sys::FileSystem& files;
  sys::Stop& stop;
  base::Reporter& reporter;
  MetricsFile& metrics;
  // Set by SIGUSR1 ("print statistics") and SIGHUP ("reopen, reload"); a loop that honours them
  // clears them.
  std::atomic<bool>& statistics_wanted;
  std::atomic<bool>& reload_wanted;
};

}  // namespace logmill::cli
