// Gives a time to records that came without one.
#pragma once

#include "record/batch.h"
#include "record/fields.h"

namespace logmill::record {

// Records without a time get `now`, and the field timestamp_source says "read". Returns how many
// there were.
inline std::size_t stamp_missing_times(Batch& batch, base::TimeNs now) {
  std::size_t stamped = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (batch.times()[row] != kNoTime) continue;
    batch.times()[row] = now;
    batch.set(kTimestampSource, row, Value::string("read"));
    ++stamped;
  }
  return stamped;
}

}  // namespace logmill::record
