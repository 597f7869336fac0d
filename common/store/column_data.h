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

}  // namespace logmill::store
