// The time in a log line, where it stands and how it is written, so that another one can take its
// place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace logmill::loggen {

enum class TimeForm : std::uint8_t {
  iso,      // 2026-11-21T10:15:00.123+01:00 and its relatives
  clf,      // 21/Nov/2026:10:15:00 +0000
  bsd,      // Nov 21 10:15:00, also with a fraction
  asctime,  // Nov 21 10:15:00 2026, also with a fraction before the year
  epoch,    // 1763719300, 1763719300.250, 1763719300250 …
};

struct LineTime {
  std::size_t offset, size;  // where it stands in the line
  base::TimeNs time;
  TimeForm form;
  std::string_view text;  // as it stands; part of the line
};

// The first time within the front of the line. The name of a weekday before it is no part of it.
// `reference` decides the year of times without one.
std::optional<LineTime> find_line_time(std::string_view line, base::TimeNs reference);

// Another time in the same form: same separators, zone and digits of fraction.
void append_line_time(std::string& out, const LineTime& like, base::TimeNs time);

}  // namespace logmill::loggen
