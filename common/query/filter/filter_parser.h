// The grammar of filters: logquery-syntax(7).
#pragma once

#include "base/result.h"
#include "query/filter/ast.h"
#include "query/language/context.h"
#include "query/language/lexer.h"

namespace logmill::query {

// Longer queries are refused, so that one from outside cannot take memory and time at will. A list
// of ten thousand ids fits.
constexpr std::size_t kQueryBytesMax = 1 << 20;

// A filter, up to what cannot be part of one: `|`, `)`, `,` or the end. An empty one matches
// everything. Errors point at the place.
base::Result<Expr> parse_filter(Lexer& lexer, const Context& context);

}  // namespace logmill::query
