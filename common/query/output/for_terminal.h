// Forms that are for programs, shown on a terminal all the same.
#pragma once

#include <memory>

#include "query/output/row_printer.h"

namespace logmill::query {

// `printer`, or on a terminal one that escapes in all it prints what a terminal would take as a command.
std::unique_ptr<RowPrinter> for_terminal(std::unique_ptr<RowPrinter> printer, const PrintOptions& options);

}  // namespace logmill::query
