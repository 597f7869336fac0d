// What the two syslog formats share: "<34>" and the names of its numbers.
#pragma once

#include <string_view>

#include "parse/cursor.h"
#include "record/row_writer.h"

namespace logmill::parse {

// Takes "<0>" to "<191>" off the front and sets `level` and `facility`; false (nothing taken) if it
// is not there.
bool take_pri(Cursor& cursor, record::RowWriter& row);

// Facilities 0 to 23 as syslog(3) and RFC 5424 name them: "kern", "auth", "local0".
std::string_view facility_name(unsigned facility);

}  // namespace logmill::parse
