// The fields that a filter names, each once.
#pragma once

#include <string_view>
#include <vector>

#include "query/filter/ast.h"

namespace logmill::query {

// Borrowed from `expr`.
std::vector<std::string_view> field_names(const Expr& expr);
bool names_field(const Expr& expr, std::string_view field);

}  // namespace logmill::query
