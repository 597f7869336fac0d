// What logcollect adds to every record: where it was read.
#pragma once

#include <string_view>

#include "record/batch.h"
#include "record/fields.h"

namespace logmill::logcollect {

// The bytes of a file that were lost in a truncation.
inline constexpr std::string_view kGapFrom = "gap_from";
inline constexpr std::string_view kGapTo = "gap_to";
// More may be missing behind kGapTo.
inline constexpr std::string_view kGapOpen = "gap_open";

// To all rows. What is empty is left out.
inline void add_provenance(record::Batch& batch, std::string_view file, std::string_view host) {
  if (!file.empty()) batch.fill(record::kFile, record::Value::string(batch.own(file)));
  if (!host.empty()) batch.fill(record::kHost, record::Value::string(batch.own(host)));
}

}  // namespace logmill::logcollect
