// The JSON body of Loki's push: streams with their labels, and lines with their times.
// grafana/loki, docs/sources/reference/loki-http-api.md, "Ingest logs".
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// A line as one JSON object of a record: "timestamp", "message", its structured metadata and the labels of its stream.
using UseRecord = std::function<base::Status(std::string_view record)>;

// Fails with invalid, saying which stream and line, if the body is not of this form; too_large if the labels, which are written once, make
// more than `bytes_max` of the lines; and as `use` does. What is in the objects is not checked.
base::Status each_pushed_record(std::string_view body, std::uint64_t bytes_max, const UseRecord& use);

}  // namespace logmill::logserve
