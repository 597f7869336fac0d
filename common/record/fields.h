// The names of the data model (docs/ARCHITECTURE.md, "record"). Everything else is a user's field.
#pragma once

#include <string_view>

namespace logmill::record {

// Held by the batch itself, not in columns.
inline constexpr std::string_view kTimestamp = "timestamp";
inline constexpr std::string_view kLevel = "level";

inline constexpr std::string_view kService = "service";
inline constexpr std::string_view kHost = "host";
inline constexpr std::string_view kTraceId = "trace_id";
inline constexpr std::string_view kMessage = "message";

// What stood in `timestamp` and `level`, when it is no time and no known level.
inline constexpr std::string_view kTimestampText = "timestamp_text";
inline constexpr std::string_view kLevelText = "level_text";
// The fields beyond Batch::kFieldsPerRecordMax, as one JSON object.
inline constexpr std::string_view kMore = "more";

// The line as read: with --keep-raw, and whenever no parser has matched it (yet).
inline constexpr std::string_view kRaw = "raw";
// Why no parser matched `raw`.
inline constexpr std::string_view kParseError = "parse_error";
// The lines after the first, of an event whose first line alone has a format.
inline constexpr std::string_view kStackTrace = "stack_trace";
// True for each part of a line that was longer than the bound.
inline constexpr std::string_view kCut = "cut";
// "read" when `timestamp` is the time of reading, because the line itself had none.
inline constexpr std::string_view kTimestampSource = "timestamp_source";
// The path that logcollect read the line from.
inline constexpr std::string_view kFile = "file";
// Derived from (stream, epoch, position); computed on output, never stored as a column.
inline constexpr std::string_view kLogId = "log_id";

}  // namespace logmill::record
