// A chart over time by one field: a line for each span, with a column for each value of the field.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "query/output/style.h"
#include "query/output/text_columns.h"
#include "query/table/fields_of_rows.h"

namespace logmill::query {

struct SplitChart {
  struct Part {
    Paint paint;
    std::string_view glyph;  // where there are no colours
  };

  std::vector<TextColumn> columns;          // the times, then one for each part; not measured yet
  std::vector<Part> parts;                  // worst level first, else the most first
  std::vector<std::vector<double>> stacks;  // for each line, the number of each part
};

// Of rows in the order of their times, which have `number` for each value of `field`. nullopt where a column for each would be too many,
// or a number is less than nothing.
std::optional<SplitChart> split_chart(const FieldsOfRows& fields, const std::vector<base::TimeNs>& times, std::string_view field,
                                      std::string_view number, bool utc);

}  // namespace logmill::query
