// The functions of expressions: one table, in expression_function.cc.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "record/value.h"

namespace logmill::query {

struct ExpressionFunction {
  std::string_view name;
  std::string_view usage;
  std::size_t arguments_min, arguments_max;
  // `field` is the name of the first argument where it is a field, for the unit of its numbers.
  record::Value (*call)(std::span<const record::Value> arguments, std::string_view field, base::Arena& bytes);
};

std::span<const ExpressionFunction> expression_functions();
// nullptr if there is none.
const ExpressionFunction* find_expression_function(std::string_view name);

// a + b: numbers add up, other texts are joined. `symbol` is one of + - * / %.
record::Value calculate(char symbol, const record::Value& a, const record::Value& b, base::Arena& bytes);

}  // namespace logmill::query
