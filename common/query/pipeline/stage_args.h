// The arguments that stages have in common. All errors point at the place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/language/lexer.h"

namespace logmill::query {

// A field: a name, a name with parentheses like p99(duration_ms), or anything in quotes.
base::Result<std::string> take_field(Lexer& lexer);
// One or more, with commas between them.
base::Result<std::vector<std::string>> take_fields(Lexer& lexer);
// A whole number greater than zero comes next (1000, 10k); `fallback` if no number does.
base::Result<std::uint64_t> take_count(Lexer& lexer, std::uint64_t fallback);
// 5m, 1h30m: nanoseconds, greater than zero.
base::Result<std::int64_t> take_span(Lexer& lexer);
bool span_is_next(Lexer& lexer);

// Text that the above read back.
void append_field_argument(std::string& out, std::string_view field);
void append_fields(std::string& out, const std::vector<std::string>& fields);
void append_span(std::string& out, std::int64_t ns);

}  // namespace logmill::query
