// The decoded values of one column of a block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "record/value.h"

namespace logmill::store {

// Either a value a row, or codes into a dictionary of distinct values, so that a query can evaluate
// a predicate once a distinct value. Values point into the BlockReader that made them.
struct ColumnData {
  std::vector<record::Value> values;  // a row each; or, with codes, the dictionary
  std::vector<std::uint16_t> codes;   // a row each, index into `values`; empty: no dictionary
  bool dictionary() const { return !codes.empty(); }
  record::Value at(std::size_t row) const { return codes.empty() ? values[row] : values[codes[row]]; }
};

// A column whose rows are all integers, or all decimals of one scale.
struct NumberColumn {
  std::vector<std::int64_t> digits;  // a row each: the integer, or the mantissa
  unsigned scale = 0;                // 0: integers
  std::int64_t magnitude = 0;        // no number has a bit at or above its highest, but for the sign

  record::Value like() const { return scale == 0 ? record::Value::integer(0) : record::Value::decimal(0, scale); }
};

}  // namespace logmill::store
