// Times in the forms that access logs and syslog have; the reading side is in time.h.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace logmill::text {

// "21/Nov/2026:10:15:00 +0000", as nginx and Apache write it, in a zone so many seconds east of
// Greenwich.
void append_clf(std::string& out, base::TimeNs time, std::int64_t offset_seconds = 0);

// "Nov 21 10:15:00", a day below 10 after two spaces (RFC 3164).
void append_bsd(std::string& out, base::TimeNs time);

}  // namespace logmill::text
