// Values computed from the fields of a row: `bytes/1024`, `lower(host) + "." + domain`.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "query/language/lexer.h"
#include "query/table/table.h"

namespace logmill::query {

// Plain data. Prints back to text that parses to the same.
struct Expression {
  enum class Kind : std::uint8_t { number, text, field, negative, operation, call };
  Kind kind = Kind::number;
  std::string text;                   // of a number as written, the text, the name of a field or function
  char symbol = 0;                    // + - * / % of an operation
  std::vector<Expression> arguments;  // two of an operation, one of a negative

  friend bool operator==(const Expression&, const Expression&) = default;
};

// The error points at the place.
base::Result<Expression> parse_expression(Lexer& lexer);
void append_expression(std::string& out, const Expression& expression);
// The names of the fields that it reads.
void collect_fields(const Expression& expression, std::vector<std::string_view>& names);

// An expression over one table. Both must outlive it.
class BoundExpression {
 public:
  static base::Result<BoundExpression> bind(const Expression& expression, Table& table);
  // Absent where something that it needs is absent or makes no sense, as a division by zero. Text
  // is put into `bytes`.
  record::Value at(std::size_t row, base::Arena& bytes) const;

 private:
  const Expression* expression_ = nullptr;
  record::Value constant_;
  ColumnView column_;
  std::span<const base::TimeNs> times_;  // of the field timestamp
  std::vector<BoundExpression> arguments_;
};

}  // namespace logmill::query
