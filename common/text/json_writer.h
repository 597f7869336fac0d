// The only place that writes JSON text: strings, numbers, times. Appends to a std::string;
// allocates nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace logmill::text {

// A quoted JSON string. Quote, backslash and what a terminal would take as a command (also DEL, C1 controls and
// directions of writing: text::commands_terminal) are escaped. Bytes that are not
// valid UTF-8 become one escape each, \udc80 to \udcff (the lone surrogates of Python's
// "surrogateescape"), from which the reader restores the same bytes.
void append_json_string(std::string& out, std::string_view bytes);

// The escape of one such byte (0x80 or above), without quotes.
void append_byte_escape(std::string& out, unsigned char byte);

void append_integer(std::string& out, std::int64_t value);
// mantissa / 10^scale with exactly `scale` digits after the point: (-1250, 2) is -12.50.
void append_decimal(std::string& out, std::int64_t mantissa, unsigned scale);
// The shortest text that reads back as the same double; null for infinities and NaN.
void append_real(std::string& out, double value);
// "2026-11-21T10:15:00Z", with 3, 6 or 9 digits of fraction where there is one. Not quoted.
void append_time_utc(std::string& out, base::TimeNs time);

}  // namespace logmill::text
