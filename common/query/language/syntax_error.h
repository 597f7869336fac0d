// What is wrong with a query, and where.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace logmill::query {

// `invalid`, and unlike other errors of more than one line: the message, the query (or the part of
// it around `offset`), and a caret under the place.
//
//   query: expected a value after >=
//     level>= AND service=auth
//            ^
base::Error syntax_error(std::string_view query, std::size_t offset, std::string_view what);

}  // namespace logmill::query
