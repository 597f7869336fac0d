#include "query/filter/filter_spec.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "query/language/lexer.h"

namespace logmill::query {

#define FILTERS(X) \
  X(kEqual)        \
  X(kLess)         \
  X(kLessEqual)    \
  X(kGreater)      \
  X(kGreaterEqual) \
  X(kMatch)        \
  X(kWord)         \
  X(kPresent)

#define DECLARE(name) extern const FilterSpec name;
FILTERS(DECLARE)
#undef DECLARE

namespace {
#define ADDRESS(name) &name,
constexpr std::array kFilters = {FILTERS(ADDRESS)};
#undef ADDRESS
}  // namespace

std::span<const FilterSpec* const> filter_specs() { return kFilters; }

const FilterSpec& filter_spec(Op op) {
  const auto found = std::ranges::find_if(kFilters, [op](auto* spec) { return spec->op == op; });
  assert(found != kFilters.end());
  return **found;
}

bool is_field_start(char c) { return !(c >= '0' && c <= '9') && std::string_view("/*!?'").find(c) == std::string_view::npos; }

bool is_reserved_word(std::string_view word) {
  constexpr std::string_view kReserved[] = {"and", "or", "not", "in"};
  return std::ranges::any_of(kReserved, [word](auto r) { return equals_ignoring_case(r, word); });
}

}  // namespace logmill::query
