// The fields that a filter names, each once.
#pragma once

#include <string_view>
#include <vector>

#include "query/filter/ast.h"

namespace logmill::query {

// Borrowed from `expr`.
std::vector<std::string_view> field_names(const Expr& expr);
bool names_field(const Expr& expr, std::string_view field);
// Whether a term looks at the text of a record, wherever that is.
bool has_text_term(const Expr& expr);

}  // namespace logmill::query
