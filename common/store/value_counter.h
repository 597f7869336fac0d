// Counts the values of one segment's low-cardinality columns, for its footer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "store/reader.h"

namespace logmill::store {

// Thread-compatible. What `finish` returns points into it.
class ValueCounter {
 public:
  // Blocks in the order in which the segment has them.
  base::Status add_block(BlockReader& block);
  std::map<std::string, ValueCounts, std::less<>> finish();

 private:
  struct Cell {
    std::size_t block;
    std::size_t value;
    std::uint32_t rows;
  };
  struct Column {
    bool given_up = false;
    std::unordered_map<std::string, std::size_t> texts;  // from a value's bytes to its number
    std::vector<record::Value> values;
    std::vector<Cell> cells;
  };

  base::Status count_levels(BlockReader& block);
  void count(Column& column, const ColumnData& data);
  void add(Column& column, const record::Value& value, std::uint32_t rows);

  std::size_t blocks_ = 0;
  std::map<std::string, Column> columns_;
  base::Arena arena_;
};

}  // namespace logmill::store
