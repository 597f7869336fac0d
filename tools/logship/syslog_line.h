// A record as a syslog message (RFC 5424).
#pragma once

#include <string>

#include "base/clock.h"
#include "record/batch.h"

namespace logmill::logship {

// Fields beyond the well-known ones go into the structured data. A record without a time gets
// `now`.
void append_syslog(const record::Batch& batch, std::size_t row, base::TimeNs now, std::string& out);

}  // namespace logmill::logship
