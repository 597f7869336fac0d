// A result for people, and for programs.
#pragma once

#include <string>

#include "logload/logload.h"
#include "logload/result.h"

namespace logmill::logload {

// Fits 80 columns. Ends with a newline.
std::string format_report(const Logload::Options& options, const LoadResult& result);
// One JSON object; units are in the names.
std::string format_report_json(const Logload::Options& options, const LoadResult& result);

}  // namespace logmill::logload
