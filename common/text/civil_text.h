// The pieces that written times are made of. Each `scan_` function takes what it knows from the
// front of `text`, and leaves `text` alone when it is not there.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "text/time.h"

namespace logmill::text {

// "2026-11-21"
bool scan_date(std::string_view& text, CivilTime& civil);
// "10:15:00", and with `.` or `,` 1 to 9 digits of fraction.
bool scan_clock(std::string_view& text, CivilTime& civil);
// The fraction alone, with its point; true and no change if there is none.
bool scan_fraction(std::string_view& text, CivilTime& civil);
// "Nov"
bool scan_month_name(std::string_view& text, CivilTime& civil);
// "Jan" for 1.
std::string_view month_name(unsigned month);
// "Z", "+01:00", "+0100", "+01", "UTC", "GMT": seconds east of Greenwich.
std::optional<std::int64_t> scan_zone(std::string_view& text);

// Puts the digits into "0000-00-00T00:00:00" at `to`; the separators stay as they are.
void write_date_and_clock(char* to, const CivilTime& civil);

}  // namespace logmill::text
