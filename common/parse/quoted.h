// Text between quotes, as access logs, logfmt and syslog's structured data write it.
#pragma once

#include <string_view>

#include "parse/cursor.h"
#include "record/row_writer.h"

namespace logmill::parse {

// Takes "…" with backslash escapes off the front. `inside` is what stands between the quotes,
// escapes as written. False (nothing taken) when there is no quote or it does not end.
bool take_quoted(Cursor& cursor, std::string_view& inside);

// The same bytes with \" \\ \/ \n \r \t \uXXXX resolved; copied into the batch only if there is a
// backslash at all. Other escapes stay as they are.
std::string_view unescape(std::string_view inside, record::RowWriter& row);

}  // namespace logmill::parse
