// What logindex prints: a line or an object a segment, and a sum.
#pragma once

#include <string>
#include <string_view>

#include "logindex/survey.h"

namespace logmill::logindex {

void append_json_line(std::string& out, const SegmentIndex& segment, std::string_view action);
// At most 80 columns.
void append_text_line(std::string& out, const SegmentIndex& segment, std::string_view action);

struct Totals {
  std::uint64_t segments = 0, indexed = 0;
  std::uint64_t data_bytes = 0, index_bytes = 0;  // of indexed segments
  bool files = false;                             // not segments
  void add(const SegmentIndex& segment);
};
// "12 of 12 segments indexed: 1.20 MiB of index for 30.1 MiB of data (4.0 %)"
void append_totals(std::string& out, const Totals& totals);

}  // namespace logmill::logindex
