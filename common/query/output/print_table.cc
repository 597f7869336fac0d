#include <algorithm>
#include <array>

#include "query/output/row_printer.h"

namespace logmill::query {

#define PRINTERS(X) \
  X(kText)          \
  X(kNdjson)        \
  X(kJson)          \
  X(kCsv)           \
  X(kTsv)           \
  X(kRawLines)      \
  X(kLogfmt)        \
  X(kAligned)

#define DECLARE(name) extern const PrinterSpec name;
PRINTERS(DECLARE)
#undef DECLARE

namespace {
#define ADDRESS(name) &name,
constexpr std::array kPrinters = {PRINTERS(ADDRESS)};
#undef ADDRESS
}  // namespace

std::span<const PrinterSpec* const> printer_specs() { return kPrinters; }

const PrinterSpec* find_printer(std::string_view name) {
  const auto found = std::ranges::find_if(kPrinters, [name](auto* spec) { return spec->name == name; });
  return found == kPrinters.end() ? nullptr : *found;
}

}  // namespace logmill::query
