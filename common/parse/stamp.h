// The many ways in which programs write the time at the start of a line, beyond those of
// text/time.h.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "parse/cursor.h"
#include "parse/parser.h"

namespace logmill::parse {

// Takes a time off the front of `cursor` that is written as `pattern` says, or takes nothing.
//
//   %Y 2026  %y 26  %m 11  %b Nov  %d 21, " 1" or 1  %a Sat  %H %M %S 09
//   %T 09:15:00, with or without a fraction   %r 9:15:00 PM   anything else stands for itself
//
// Without a year the latest one not ahead of `reference` is taken; without a zone UTC.
std::optional<base::TimeNs> take_stamp(Cursor& cursor, std::string_view pattern, base::TimeNs reference);

// RFC 3339 and its relatives (text/time.h), then yyyy/mm/dd and yy/mm/dd; a named zone after it
// (UTC, CEST, PST …) is taken too and applied.
std::optional<base::TimeNs> take_common_stamp(Cursor& cursor, const ParseContext& context);

// Whether the text starts with four digits and a '-' or '/': the cheap look before the above.
inline bool starts_with_date(std::string_view text) {
  return text.size() >= 10 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]) && is_digit(text[3]) &&
         (text[4] == '-' || text[4] == '/') && is_digit(text[5]);
}

// Whether the text starts with the three letters of a month, in English, and a space.
bool starts_with_month(std::string_view text);

}  // namespace logmill::parse
