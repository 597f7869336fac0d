// JSON objects inside lines.
#pragma once

#include <string_view>

#include "parse/parser.h"

namespace logmill::parse {

// Sets the fields of the object that `text` is; `text` may lie anywhere that lives as long as the
// batch.
Outcome read_json(std::string_view text, record::RowWriter& row, const ParseContext& context);

}  // namespace logmill::parse
