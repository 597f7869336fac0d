// Lines that begin with a date and the time of day, as those of very many programs do: a look at their first bytes tells most of the
// formats of such lines apart, before each of them is asked whether it is likely, or even tried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace logmill::parse {

// What a format says of the lines of its own that begin with a date and time (ParserSpec::dated): that they have one of these.
namespace dated {
inline constexpr std::uint8_t kNone = 0;        // there are no such lines
inline constexpr std::uint8_t kAny = 1;         // nothing: each such line is likely of the format
inline constexpr std::uint8_t kT = 2;           // a 'T' between date and time
inline constexpr std::uint8_t kPoint = 4;       // '.' behind the second
inline constexpr std::uint8_t kTab = 8;         // a tab in the head
inline constexpr std::uint8_t kBracket = 16;    // '[' and a digit in the head
inline constexpr std::uint8_t kNoBracket = 32;  // no '[' in the head
inline constexpr std::uint8_t kTag = 64;        // a word that read_tag (syslog_header.h) may take, first or second behind the time
inline constexpr std::size_t kSets = 128;
}  // namespace dated

// As far as the minute: "2026-11-21 10:15" or "2026-11-21T10:15".
bool begins_with_minute(std::string_view line);

// What such a line has of these, or may have. Its head are 64 bytes. As where the processor compares at most so many bytes at once; for
// tests of what others run.
std::uint8_t dated_marks(std::string_view line, std::size_t vector_bytes_max = 64);

}  // namespace logmill::parse
