// What a run of a query came to, whatever it ran on.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "query/scan/store_scan.h"

namespace logmill::logquery {

// Records may have very many, each another.
using FieldNames = std::set<std::string>;

struct Answer {
  query::ScanCounts scan;  // of files only rows and bytes
  std::uint64_t rows_shown = 0;
  FieldNames field_names;                      // that records had; of the latest ones if no row was read
  std::uint64_t bytes_sieved = 0;              // of lines that were not parsed: their bytes showed that they do not match
  std::uint64_t spans = 0, spans_skipped = 0;  // of files with sidecars
  bool incomplete = false;                     // some input could not be read; it was reported
  bool writer_died = false;                    // frames ended without an END
};

}  // namespace logmill::logquery
