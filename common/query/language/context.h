// What the meaning of a query depends on besides its text.
#pragma once

#include "base/clock.h"
#include "sys/file_system.h"

namespace logmill::query {

struct Context {
  base::TimeNs now = 0;              // of "2h ago"
  bool utc = false;                  // zone of "14:30" and "2026-11-21"; the local one otherwise
  bool ignore_case = false;          // for `=`, `*` and regular expressions; words never care
  sys::FileSystem* files = nullptr;  // that a stage may read (join); none without it
};

}  // namespace logmill::query
