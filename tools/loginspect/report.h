// Answers as text or JSON: who fills the disk, how large columns are, what is damaged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loginspect/item.h"
#include "loginspect/usage.h"
#include "query/output/style.h"

namespace logmill::loginspect {

// A table for each field, at most `rows_max` values each (0: all), the rest in one line.
std::string usage_text(const Usage& usage, std::uint64_t rows_max, query::Style style);
// A line for each value.
std::string usage_json(const Usage& usage);

std::string column_totals_text(std::vector<ColumnTotal> totals, std::uint64_t rows, query::Style style);
std::string column_totals_json(const std::vector<ColumnTotal>& totals);

std::string verdict_text(std::string_view name, const std::vector<std::string>& damages, query::Style style);
std::string verdict_json(std::string_view name, const std::vector<std::string>& damages);
// The same of a damaged segment that was kept.
std::string kept_text(std::string_view name);
std::string kept_json(std::string_view name);

}  // namespace logmill::loginspect
