// The operators of a filter: one filter_<name>.cc each, listed in filter_table.cc.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "query/filter/ast.h"
#include "query/filter/predicate.h"
#include "query/language/context.h"

namespace logmill::query {

struct FilterSpec {
  Op op;
  std::string_view symbol;
  std::string_view negated;  // the symbol that means NOT; empty: there is none
  std::string_view summary;
  std::string_view sample;  // a filter that uses it
  // Fails with what is wrong with the values; the caller points at them.
  base::Result<std::unique_ptr<Predicate>> (*make)(const Term& term, const Context& context);
};

std::span<const FilterSpec* const> filter_specs();
const FilterSpec& filter_spec(Op op);

// What a field name without quotes may begin with.
bool is_field_start(char c);
// AND, OR, NOT, IN in any case.
bool is_reserved_word(std::string_view word);

}  // namespace logmill::query
