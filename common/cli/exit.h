// Exit statuses of every program (DESIGN: conventions).
#pragma once

namespace logmill::cli {

enum class Exit : int {
  done = 0,
  no = 1,      // done, but the answer is no: nothing matched, damage found, some input rejected
  usage = 2,   // the command line makes no sense
  failed = 3,  // failed for good
  retry = 4,   // failed, a retry may help
};

}  // namespace logmill::cli
